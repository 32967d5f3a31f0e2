// One jest project per lib and app, so that `jest --selectProjects parsers` runs one of them.
// Integration and end-to-end tests are *.int.spec.ts and *.e2e.spec.ts: they need real servers and run in bands.
const project = (name, dir) => ({
  displayName: name,
  rootDir: `${__dirname}/${dir}`,
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.int\\.spec\\.ts$', '\\.e2e\\.spec\\.ts$'],
  ...shared,
});

const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.tsx?$': ['@swc/jest', { swcrc: true, configFile: `${__dirname}/.swcrc` }] },
  moduleNameMapper: { '^@fleetscope/(contracts|runbooks|parsers|profiles|analysis)$': `${__dirname}/libs/$1/src` },
  extensionsToTreatAsEsm: [],
};

const system = (name, dirs, suffix) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: dirs.map((dir) => `<rootDir>/${dir}/**/*.${suffix}.spec.ts`),
  setupFilesAfterEnv: [`${__dirname}/tools/test/long-timeout.js`],
  ...shared,
});

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    project('contracts', 'libs/contracts'),
    project('runbooks', 'libs/runbooks'),
    project('parsers', 'libs/parsers'),
    project('profiles', 'libs/profiles'),
    project('analysis', 'libs/analysis'),
    project('api', 'apps/api'),
    project('agent', 'apps/agent'),
    project('cli', 'apps/cli'),
    project('ui', 'apps/ui'),
    system('integration', ['libs', 'apps'], 'int'),
    system('e2e', ['test'], 'e2e'),
  ],
};
