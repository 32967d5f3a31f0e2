import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createApplication, describeApi } from './application';
import { readConfig } from './config';
import { GivenKeys } from './platform/secret-keys';

/** `node apps/api/dist/openapi.js FILE` writes the API's description. Nothing is connected to: the routes describe themselves. */
const write = async (file: string): Promise<void> => {
  const config = readConfig({ FLEETSCOPE_ROLE: 'api', FLEETSCOPE_LOG_LEVEL: 'silent' });
  const app = await createApplication({
    ...config,
    uiDir: null,
    databaseUrl: 'postgresql://nobody@localhost/none',
    worker: 'none',
    secretKeys: new GivenKeys('0'.repeat(64), null),
  });
  writeFileSync(file, `${JSON.stringify(describeApi(app), null, 2)}\n`);
  process.exit(0);
};

void write(process.argv[2] ?? 'openapi.json');
