/** One runner for every tier: `*.unit.spec.ts`, `*.int.spec.ts` (real engines) and `*.e2e.spec.ts` (real processes). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,packages,infra}/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@gatehouse/(nats|local)$': '<rootDir>/infra/$1/src/index.ts',
    '^@gatehouse/([a-z-]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/jest/global-setup.js',
  globalTeardown: '<rootDir>/test/jest/global-teardown.js',
  reporters: ['default', '<rootDir>/test/jest/summary-reporter.js'],
  testTimeout: 120_000, // a bound on hanging, not on speed: machines differ by an order of magnitude
  maxWorkers: 2,
  workerIdleMemoryLimit: '2GB', // modules of ended suites stay in memory: begin a worker anew
};
