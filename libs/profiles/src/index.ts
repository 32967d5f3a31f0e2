export { type FoldOptions, type FoldResult, PerfScriptFold } from './perf/perf-script-fold';
export { NotPerfScriptError, PERF_SCRIPT_LIMITS, type PerfScriptLimits } from './perf/perf-script.reader';
export { StackTable } from './perf/stack-table';
export { cgroupAt, commandAt, type FrameView, frameAt, framesOf, type Profile, totalWeight } from './model/profile';
export { PROFILE_LIMITS, ProfileBuilder, type ProfileHead, type ProfileLimits } from './model/profile-builder';
export { withCgroups } from './model/with-cgroups';
export { loadProfile, ProfileError, storeProfile } from './model/stored-profile';
export { PROFILE_READERS } from './profile-readers';
export { BpftraceStacksProfile, RUNNABLE_FRAME } from './read/bpftrace-stacks.profile';
export { FoldedProfile, type FoldedOptions } from './read/folded.profile';
export { symbolName } from './read/symbol-name';
export { kindOfFrame } from './read/frame-kind';
export { PerfScriptProfile } from './read/perf-script.profile';
export { readProfile } from './read/any.profile';
export { fromPprof } from './read/pprof.profile';
export { type ProfileContext, type ProfileReader, type ReadProfile } from './read/profile-reader';
export { fromSpeedscope } from './read/speedscope.profile';
export {
  type CallTree,
  callTree,
  childrenOf,
  functionsOf,
  type FunctionWeight,
  type TreeOptions,
} from './graph/call-tree';
export { changeColour, kindColour } from './graph/colour';
export { keeping, onlySamples, type SampleFilter } from './graph/filter';
export { type HeatMap, heatMap, timeline } from './graph/heat-map';
export { timeTree } from './graph/time-tree';
export { layout, type Layout, type LayoutOptions } from './graph/layout';
export { type DiffTree, diffTrees, type FunctionChange, functionChanges } from './compare/diff';
export { mergeProfiles, type MergeOptions, type NamedProfile } from './compare/merge';
export { shareDifference, shareError } from './compare/statistics';
export { busyThreads, lockShares, offCpuSplit, type Wait, type WaitShare } from './words/off-cpu';
export { type Plateau, type Shape, shapeOf } from './words/shape';
export { type SymbolQuality, symbolQuality } from './words/symbol-quality';
export { type WholeTime, wholeTime } from './words/whole-time';
export { weightText } from './words/weight-text';
export { EXPORT_FILES, EXPORT_FORMATS, type ExportFormat, exportProfile } from './export/export-profile';
export { toFolded } from './export/folded.export';
export { svgElement, toHtml } from './export/html.export';
export { toPprof } from './export/pprof.export';
export { toSpeedscope } from './export/speedscope.export';
export { type SvgOptions, toSvg, xml } from './export/svg.export';
export { SVG_SCRIPT } from './export/svg-script';
