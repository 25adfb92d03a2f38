/** An observation that a proof needs is missing. */
export class NotSeen extends Error {
  override name = 'NotSeen';
}
