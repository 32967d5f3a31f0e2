import { EXIT } from '@fleetscope/contracts';
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error';
import { safe } from './output';
import { addAccessVerbs } from './verbs/access.verbs';
import { addAgentVerbs } from './verbs/agents.verbs';
import { addApprovalVerbs } from './verbs/approvals.verbs';
import { addChatopsVerbs } from './verbs/chatops.verbs';
import { addHostVerbs } from './verbs/hosts.verbs';
import { addInstallationVerbs } from './verbs/installation.verbs';
import { addInvestigationVerbs } from './verbs/investigation.verbs';
import { addOfflineVerbs } from './verbs/offline.verbs';
import { addProfileVerbs } from './verbs/profile.verbs';
import { addReviewVerbs } from './verbs/review.verbs';
import { addRuleVerbs } from './verbs/rule.verbs';
import { addRunbookVerbs } from './verbs/runbook.verbs';
import { addArmedVerbs } from './verbs/armed.verbs';
import { addScheduleVerbs } from './verbs/schedule.verbs';
import { addStorageVerbs } from './verbs/storage.verbs';
import { addUserVerbs } from './verbs/users.verbs';

const VERSION = '0.1.0';

const EXAMPLES = `
Examples:
  fleetscope up                              set up, start, and triage this machine
  fleetscope hosts add db-07 --address 10.0.3.7 --class db -l env=prod
  fleetscope hosts trust db-07               look at its host key, then trust it
  fleetscope triage --class db --window 10s  the 60-second triage on a class
  fleetscope triage db-07 --json | jq .verdict
  iostat -xz 1 5 | fleetscope parse iostat --json

Exit status: 0 done · 1 done, and something was found wanting · 2 usage · 3 part of the hosts failed
             4 no host answered · 5 not this tool's output · 70 a fault of ours`;

const program = new Command('fleetscope')
  .description('The first minute of a performance incident, on every host at once.')
  .version(VERSION)
  .showSuggestionAfterError()
  // Options belong to the verb that they stand behind: `profile import --host` is not `profile --host`.
  .enablePositionalOptions()
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'fleetscope: ')) })
  .addHelpText('after', EXAMPLES);

addInstallationVerbs(program);
addInvestigationVerbs(program);
addHostVerbs(program);
addAgentVerbs(program);
addRunbookVerbs(program);
addRuleVerbs(program);
addReviewVerbs(program);
addScheduleVerbs(program);
addArmedVerbs(program);
addAccessVerbs(program);
addStorageVerbs(program);
addChatopsVerbs(program);
addUserVerbs(program);
addApprovalVerbs(program);
addOfflineVerbs(program);
addProfileVerbs(program);

const main = async (): Promise<number> => {
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CliError) {
      process.stderr.write(safe(`fleetscope: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}\n`));
      return error.status;
    }
    process.stderr.write(safe(`fleetscope: a fault of ours: ${(error as Error).message}\n`));
    return EXIT.fault;
  }
};

// A reader that closes the pipe early (head) has seen what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.fault));
void main().then((status) => {
  process.exitCode = status;
});
