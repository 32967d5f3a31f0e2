export {
  FOLD_LIMITS,
  type FoldLimits,
  type FoldOptions,
  type FoldResult,
  NotPerfScriptError,
  PerfScriptReader,
} from './perf-script.reader';
export { StackTable } from './stack-table';
