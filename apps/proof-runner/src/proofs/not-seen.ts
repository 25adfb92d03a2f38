/** What must have been seen for a proof to hold was not. */
export class NotSeen extends Error {
  override name = 'NotSeen';
}
