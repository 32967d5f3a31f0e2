import { readConfig } from './config';
import { stopEmbeddedPostgres } from './platform/embedded-postgres';

/** `fleetscope down` after a kill -9 of the control plane: its Postgres outlived it. Exit 0 when one was stopped, else 1. */
void stopEmbeddedPostgres(readConfig().dataDir).then((stopped) => process.exit(stopped ? 0 : 1));
