import ts from 'typescript';

const seen = new WeakSet();

/** What is wrong with the program itself, once: its options, its files, declarations of everybody. */
function ofProgram(program) {
  if (seen.has(program)) return [];
  seen.add(program);
  return [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
  ];
}

const ofFile = (program, file) => [
  ...program.getSyntacticDiagnostics(file),
  ...program.getSemanticDiagnostics(file),
  ...program.getDeclarationDiagnostics(file),
];

/**
 * A rule that reports all errors of the compiler in a file, of the program that the other rules have asked for types.
 */
export const compilerErrors = {
  meta: { type: 'problem', schema: [], messages: { error: 'TS{{ code }}: {{ text }}' } },
  create: (context) => ({
    Program(node) {
      const { program } = context.sourceCode.parserServices;
      const ownFile = program.getSourceFile(context.filename);
      for (const { file, start, code, messageText } of [...ofProgram(program), ...ofFile(program, ownFile)]) {
        const data = { code: String(code), text: ts.flattenDiagnosticMessageText(messageText, '\n') };
        const isHere = file === ownFile && start !== undefined;
        context.report({
          ...(isHere ? { loc: context.sourceCode.getLocFromIndex(start) } : { node }),
          messageId: 'error',
          data,
        });
      }
    },
  }),
};
