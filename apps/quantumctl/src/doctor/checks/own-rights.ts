import { counted } from '../../texts.js';
import { alike, type Check } from '../finding.js';

export const ownRights: Check = {
  name: 'own-rights',
  harm: 'note',
  finds: 'what the doctor may not read, and a user that is shared',
  find: ({ unread, user }) => [
    ...alike(
      unread.filter(({ isDenied }) => isDenied),
      () => 'denied',
      ({ what, why }, all) => ({
        key: `ACL of ${user}`,
        value: what,
        means: `Not checked, because Redis denies it (${counted(all.length, 'read')}). ${why}`,
        owner: 'who runs Redis',
        remedy: 'give this user the line of deploy/redis/operator.acl',
      }),
    ),
    ...(user === 'default'
      ? [
          {
            key: 'ACL WHOAMI',
            value: user,
            means: 'Everyone may be this user: the audit of operators cannot say who did what.',
            owner: 'who runs Redis',
            remedy: 'give each operator a user (deploy/redis/operator.acl), and the default user a password or no rights',
          },
        ]
      : []),
  ],
}; // prettier-ignore
