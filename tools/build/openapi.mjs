// Writes openapi.json from the routes, and the client's types from openapi.json.
import { execFileSync } from 'node:child_process';

execFileSync('./fleetscope', ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync(process.execPath, ['apps/api/dist/openapi.js', 'openapi.json'], { stdio: 'inherit' });
execFileSync('node_modules/.bin/openapi-typescript', ['openapi.json', '-o', 'libs/contracts/src/api.generated.ts'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
