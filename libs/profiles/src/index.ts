export { type FoldOptions, type FoldResult, PerfScriptFold } from './perf/perf-script-fold';
export { NotPerfScriptError, PERF_SCRIPT_LIMITS, type PerfScriptLimits } from './perf/perf-script.reader';
export { StackTable } from './perf/stack-table';
