import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createApplication, describeApi } from './application';
import { readConfig } from './config';

/** `node apps/api/dist/openapi.js FILE` writes the API's description. Nothing is connected to: the routes describe themselves. */
const write = async (file: string): Promise<void> => {
  const config = readConfig({ FLEETSCOPE_ROLE: 'api', FLEETSCOPE_LOG_LEVEL: 'silent' });
  const app = await createApplication({
    ...config,
    uiDir: null,
    databaseUrl: 'postgresql://nobody@localhost/none',
    worker: 'none',
    secretKey: Buffer.alloc(32),
  });
  writeFileSync(file, `${JSON.stringify(describeApi(app), null, 2)}\n`);
  process.exit(0);
};

void write(process.argv[2] ?? 'openapi.json');
