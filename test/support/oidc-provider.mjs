// The npm oidc-provider as a process of its own: `node oidc-provider.mjs PORT REDIRECT_URI`. Whoever signs in is who they
// say they are; their groups are in their name: `ada+sre` is ada, of the group sre.
import { Provider } from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'fleetscope',
      client_secret: 'a-client-secret-of-the-test',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  pkce: { required: () => true },
  scopes: ['openid', 'profile', 'email', 'groups'],
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'], groups: ['groups'] },
  cookies: { keys: ['of the test'] },
  findAccount: (_, sub) => {
    const [name, ...groups] = sub.split('+');
    return {
      accountId: sub,
      claims: () => ({ sub, preferred_username: name, email: `${name}@example.org`, groups }),
    };
  },
});
provider.listen(Number(port), 'localhost', () => process.stdout.write('ready\n'));
