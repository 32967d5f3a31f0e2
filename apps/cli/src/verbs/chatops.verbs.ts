import { HOOK_KINDS, ROLES, type Role, WEBHOOK_FORMATS } from '@fleetscope/contracts';
import { Option, type Command } from 'commander';
import { type AddRuleOptions } from './alerts.actions';
import { collect, collectLabel, connected, scoped, type ScopeOptions, wholeNumber, type DataOptions } from './options';

/** `webhooks …`, `hooks …`, `alert-rules …`, `chat-users …`: who is told, and who may start something from outside. */
export const addChatopsVerbs = (program: Command): void => {
  addWebhookVerbs(program);
  addHookVerbs(program);
  addAlertRuleVerbs(program);
  addChatUserVerbs(program);
};

const addWebhookVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./webhooks.actions')> => import('./webhooks.actions');
  const webhooks = program.command('webhooks').description('who is told when an investigation has ended');
  connected(webhooks.command('list').description('list them, with how many messages were taken')).action(
    async (options: DataOptions) => (await actions()).listWebhooks(options),
  );
  connected(
    webhooks
      .command('add')
      .description('tell a URL; the secret that messages are signed with is printed this once')
      .argument('<name>')
      .argument('<url>', 'where to; - for standard input, as that of a chat program is as good as a password'),
  )
    .addOption(new Option('--format <format>', 'what is sent').choices([...WEBHOOK_FORMATS]).default('standard'))
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope webhooks add ops https://ops.example/fleetscope > ops.secret\n  pass show mattermost/url | fleetscope webhooks add team - --format mattermost',
    )
    .action(async (name: string, url: string, options: DataOptions & { format: (typeof WEBHOOK_FORMATS)[number] }) =>
      (await actions()).addWebhook(name, url, options),
    );
  connected(webhooks.command('test').description('send a message that says it is a test').argument('<name>'))
    .addHelpText('after', '\nExit status 1: it was not taken.\n\nExample:\n  fleetscope webhooks test ops')
    .action(async (name: string, options: DataOptions) => (await actions()).testWebhook(name, options));
  connected(webhooks.command('deliveries').description('what became of each message, latest first').argument('<name>'))
    .option('-n, --limit <n>', 'how many', wholeNumber(1, 1_000), 20)
    .addHelpText('after', '\nExit status 1: one was given up.\n\nExample:\n  fleetscope webhooks deliveries ops -n 5')
    .action(async (name: string, options: DataOptions & { limit: number }) =>
      (await actions()).listDeliveries(name, options),
    );
  connected(webhooks.command('remove').description('tell it nothing more').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).removeWebhook(name, options),
  );
};

const addHookVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./alerts.actions')> => import('./alerts.actions');
  const hooks = program.command('hooks').description('who may tell us of alerts');
  connected(hooks.command('list').description('list them; never their secrets')).action(async (options: DataOptions) =>
    (await actions()).listHooks(options),
  );
  scoped(
    connected(
      hooks.command('add').description('let somebody send; its secret is printed this once').argument('<name>'),
    ),
  )
    .addOption(new Option('--kind <kind>', 'what it sends').choices([...HOOK_KINDS]).makeOptionMandatory())
    .addOption(
      new Option('--role <role>', 'what it may start, at most what you may').choices([...ROLES]).default('operator'),
    )
    .option('--secret-file <file>', 'a secret that the other side has made, as PagerDuty does; - for standard input')
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope hooks add am --kind alertmanager --scope-class web > am.secret\n  pass show pagerduty/hook | fleetscope hooks add pd --kind pagerduty --secret-file -',
    )
    .action(
      async (
        name: string,
        options: DataOptions & ScopeOptions & { kind: (typeof HOOK_KINDS)[number]; role: Role; secretFile?: string },
      ) => (await actions()).addHook(name, options),
    );
  connected(hooks.command('remove').description('take nothing more from it').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).removeHook(name, options),
  );
};

const addAlertRuleVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./alerts.actions')> => import('./alerts.actions');
  const rules = program.command('alert-rules').description('which alerts start what');
  connected(rules.command('list').description('list them')).action(async (options: DataOptions) =>
    (await actions()).listRules(options),
  );
  connected(rules.command('add').description('start a runbook when an alert comes in').argument('<name>'))
    .option('--match <label=value>', 'a label of the alert, * for any text; again for more', collectLabel)
    .option('--hook <name>', 'only alerts of this hook')
    .option('--host <name>', 'on this host; again for more', collect)
    .option('--class <class>', 'on every host of a class; again for more', collect)
    .option('-l, --label <name=value>', 'on hosts with this label', collectLabel)
    .option('--host-from <label>', 'on the host that this label of the alert names; a port after it is left out')
    .option('--class-from <label>', 'on the class that this label of the alert names')
    .option('--runbook <id>', 'what to run (default: triage-60s)')
    .option('-p, --param <name=value>', 'a parameter of the runbook', collectLabel)
    .option('--cooldown <duration>', 'after a start, nothing more on the same targets for so long (default: 15m)')
    .option('--file <file>', 'the rule as JSON, for all that there is (red); - for standard input')
    .addHelpText(
      'after',
      "\nExamples:\n  fleetscope alert-rules add slow --hook am --match 'alertname=Slow*' --host-from instance --cooldown 30m\n  fleetscope alert-rules add checkout --file checkout.json",
    )
    .action(async (name: string, options: AddRuleOptions) => (await actions()).addRule(name, options));
  connected(
    rules
      .command('test')
      .description('what a notification would start; nothing is started')
      .argument('<hook>')
      .argument('<file>', 'the notification as it would come in, JSON; - for standard input'),
  )
    .addHelpText(
      'after',
      '\nExit status 1: nothing would be started.\n\nExample:\n  fleetscope alert-rules test am notification.json',
    )
    .action(async (hook: string, file: string, options: DataOptions) =>
      (await actions()).testRules(hook, file, options),
    );
  connected(rules.command('remove').description('remove one; what it has started stays').argument('<name>')).action(
    async (name: string, options: DataOptions) => (await actions()).removeRule(name, options),
  );
};

const addChatUserVerbs = (program: Command): void => {
  const actions = (): Promise<typeof import('./chat-users.actions')> => import('./chat-users.actions');
  const users = program.command('chat-users').description('who somebody in a chat is here');
  connected(users.command('list').description('list them')).action(async (options: DataOptions) =>
    (await actions()).listChatUsers(options),
  );
  scoped(
    connected(
      users
        .command('set')
        .description('say who somebody is: a person of ours, or a role with or without a scope')
        .argument('<id>', 'as slack:U0123ABCD'),
    ),
  )
    .option('--person <name>', 'a user, with what that user may at the time')
    .addOption(new Option('--role <role>', 'a role of its own').choices([...ROLES]))
    .addHelpText(
      'after',
      '\nExamples:\n  fleetscope chat-users set slack:U0123ABCD --person ada\n  fleetscope chat-users set slack:U0456EFGH --role operator --scope-class web',
    )
    .action(async (id: string, options: DataOptions & ScopeOptions & { person?: string; role?: Role }) =>
      (await actions()).setChatUser(id, options),
    );
  connected(users.command('remove').description('start nothing for them any more').argument('<id>')).action(
    async (id: string, options: DataOptions) => (await actions()).removeChatUser(id, options),
  );
};
