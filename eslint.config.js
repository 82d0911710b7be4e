import tseslint from 'typescript-eslint';

const credentials = {
  selector:
    'Literal[value=/^(postgres|postgresql):\\u002F\\u002F[^:@\\u002F]+:(?!password@|\\*{3}@|pw@|secret@|\\$)[^@]+@/]',
  message: 'No credential in any file: take it from the environment.',
};

const oneRoom =
  'What differs between databases belongs to src/databases/<database>, behind the interface of database.ts.';
const branches = [
  'BinaryExpression[operator=/^[!=]==?$/] > Literal[value=/^(postgres|sqlite|better-sqlite3)$/]',
  'SwitchCase > Literal[value=/^(postgres|sqlite|better-sqlite3)$/]',
  'CallExpression[callee.name="databaseNamed"] > Literal',
  'ObjectExpression:has(> Property[key.name="postgres"]):has(> Property[key.name="sqlite"])',
].map((selector) => ({ selector, message: oneRoom }));

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', '.scratch/', 'test/adoption/projects/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50 }],
      'max-params': ['error', { max: 3 }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'hack', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', credentials],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Entity classes and constructors are values of type Function in TypeORM's own signatures.
      '@typescript-eslint/no-unsafe-function-type': 'off',
      // A migration class is static data with methods that TypeORM calls.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/main.ts', 'src/settings.ts', 'src/stop-signals.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take it from Settings.' },
        { object: 'process', property: 'exit', message: 'Return an exit code.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/databases/**',
      'src/settings.ts',
      'src/database-url.ts',
      'src/migrations/**',
      // A language of SQL, which several databases may have.
      'src/sql/**',
      'src/lint/sql/read-sql.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', credentials, ...branches] },
  },
  {
    // The generator writes them, and no later revision changes them.
    files: ['src/migrations/*.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['src/cli/**/*.ts'],
    ignores: ['src/cli/main.ts', 'src/cli/print-script.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/line\\.js$',
              importNames: ['verbatim'],
              message: 'Foreign text would act on the terminal: hand out a string, or line`...`.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['examples/**/*.ts'],
    // What is injected is a value, though it looks like a type here, where metadata are not emitted.
    // A request is a class so that it can be validated; to whoever calls a service it is a shape.
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
