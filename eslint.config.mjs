import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Who may import whom (docs/ARCHITECTURE.md): a library knows only what stands here.
const may = (source, ...targets) => ({
  sourceTag: `scope:${source}`,
  onlyDependOnLibsWithTags: targets.map((target) => `scope:${target}`),
});

const forbid = (...names) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: names.map((group) => ({
        group: [group],
        message: 'This library must not know it: see docs/ARCHITECTURE.md.',
      })),
    },
  ],
});

// Rooms of the api talk through the public methods of a room's services, never through its tables or files.
const ROOMS = [
  'access',
  'agents',
  'armed',
  'chatops',
  'evidence',
  'execution',
  'fleet',
  'insight',
  'investigations',
  'live',
  'mcp',
  'observations',
  'schedules',
  'storage',
  'telemetry',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      'apps/api/src/generated/**',
      '**/*.generated.ts',
      'coverage/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts', 'apps/**/*.tsx'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // Tests start their hosts with the fixtures of the end-to-end tests.
          allow: ['../../../../../test/support/**', '../../../test/support/**'],
          depConstraints: [
            may('contracts', 'contracts'),
            may('parsers', 'contracts'),
            may('profiles', 'contracts'),
            may('runbooks', 'contracts'),
            may('analysis', 'contracts', 'profiles'),
            may('agent', 'contracts', 'runbooks'),
            may('cli', 'contracts', 'runbooks', 'parsers', 'profiles', 'analysis'),
            may('ui', 'contracts', 'profiles'),
            may('api', 'contracts', 'runbooks', 'parsers', 'profiles', 'analysis'),
          ],
        },
      ],
    },
  },
  // Nest reads constructor types at run time: a type-only import would leave nothing to inject.
  { files: ['apps/api/**/*.ts'], rules: { '@typescript-eslint/consistent-type-imports': 'off' } },
  // Libs know no Nest, no Prisma, no network; what they read is given to them.
  {
    files: ['libs/**/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: forbid('@nestjs/*', '@prisma/*', 'ssh2', 'pg', 'ws', 'node:net', 'node:http', 'node:child_process'),
  },
  ...ROOMS.map((room) => ({
    files: [`apps/api/src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: ROOMS.filter((other) => other !== room).map((other) => ({
            regex: `^\\.\\./(\\.\\./)*${other}/(?!index$)`,
            message: `Import from the room's index (../${other}), which exports its public services.`,
          })),
        },
      ],
    },
  })),
  {
    files: ['apps/ui/src/features/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^\\.\\./(?!\\.\\./)',
              message: 'Screens never import each other: what they share is in components/ or charts/.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/ui/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'tools/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier,
);
