import { Option, type Command } from 'commander';
import { connected, scoped, type ScopeOptions, wholeNumber, type DataOptions } from './options';

const expiry = (text: string): number | 'never' => (text === 'never' ? text : wholeNumber(1, 3_650)(text));

/** `tokens …`, `secrets …`, `audit …`: who may call the API, the keys we log in to hosts with, and who did what. */
export const addAccessVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./access.actions')> => import('./access.actions');
  const tokens = program.command('tokens').description('API tokens');
  connected(tokens.command('list').description('list tokens; never the tokens themselves')).action(
    async (options: DataOptions) => (await actions()).listTokens(options),
  );
  scoped(
    connected(
      tokens
        .command('create')
        .description('make a token, and print it this once')
        .argument('<name>', 'who or what it is for'),
    ),
  )
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['viewer', 'operator', 'commander', 'admin'])
        .default('operator'),
    )
    .option('--expires <days>', 'when it ends: days from now, or never', expiry, 90)
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope tokens create chat-bot --role operator > bot.token\n  fleetscope tokens create web-bot --scope-class web --scope-label env=prod --expires 30 > web.token',
    )
    .action(async (name: string, options: DataOptions & ScopeOptions & { role: string; expires: number | 'never' }) =>
      (await actions()).createToken(name, options),
    );
  connected(tokens.command('revoke').description('end a token at once').argument('<id>')).action(
    async (id: string, options: DataOptions) => (await actions()).revokeToken(id, options),
  );

  const secrets = program.command('secrets').description('private keys, encrypted at rest');
  connected(secrets.command('list').description('list secrets; never what they hold')).action(
    async (options: DataOptions) => (await actions()).listSecrets(options),
  );
  connected(
    secrets
      .command('put')
      .description('store a private key; no call gives it back')
      .argument('<name>')
      .argument('<file>', 'the key, unencrypted; - for standard input'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  fleetscope secrets put deploy-key ~/.ssh/deploy && fleetscope hosts set db-07 --secret deploy-key',
    )
    .action(async (name: string, file: string, options: DataOptions) =>
      (await actions()).putSecret(name, file, options),
    );
  connected(
    secrets.command('remove').description('remove a secret that no host logs in with').argument('<name>'),
  ).action(async (name: string, options: DataOptions) => (await actions()).removeSecret(name, options));

  connected(
    secrets
      .command('rotate')
      .description(
        'a new key, and all secrets under it; what broke off is gone on with, and the old key opens until then',
      ),
  ).action(async (options: DataOptions) => (await actions()).rotateSecrets(options));

  const audit = program.command('audit').description('who did what, when, and what was denied');
  connected(audit.command('list').description('the latest entries'))
    .option('-n, --limit <n>', 'how many', wholeNumber(1, 1_000), 50)
    .action(async (options: DataOptions & { limit: number }) => (await actions()).listAudit(options));
  connected(
    audit.command('verify').description('whether an entry was changed or removed; exit status 1 when one was'),
  ).action(async (options: DataOptions) => (await actions()).verifyAudit(options));
  connected(audit.command('export').description('every entry as a line of JSON, the latest first')).action(
    async (options: DataOptions) => (await actions()).exportAudit(options),
  );
};
