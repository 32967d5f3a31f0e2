export { bootstrapCommand, INCOMPLETE_STATUS } from './bootstrap';
export { type Catalogue, findRunbook, loadCatalogue, type LoadOptions, parseRunbook } from './catalogue.loader';
export { FrameDecoder, MAX_FRAME_BYTES, PROTOCOL } from './frames';
export { maskedFrames, MaskedFrames } from './masked-frames';
export { allNeeds, factOfNeed, type Need, needsOf, parseNeed } from './needs';
export {
  ParameterError,
  type ParameterProblem,
  resolveParameters,
  windowSeconds,
  writtenParameters,
} from './parameters';
export { fillPlaceholders } from './placeholders';
export { PREFLIGHT } from './preflight';
export {
  type CompiledAlternative,
  type CompiledProbe,
  type CompiledStep,
  compileProbe,
  type CompileOptions,
  type LoadedRunbook,
} from './probe-compiler';
export { readiness } from './readiness';
export { runbookDigest } from './runbook-digest';
export { describeProblem, RunbookError, type RunbookProblem } from './runbook-error';
export { isRunbookKey, isSignedBy, signRunbook } from './signed-runbook';
export { shellQuote } from './shell-quote';
export { lintRunbook, type LintContext, type LintProblem } from './verifier';
export { writtenOut } from './written-out';
