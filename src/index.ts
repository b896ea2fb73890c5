export {
	DhParamsError,
	type ErrorCode,
	FileError,
	InvalidArgumentError,
	ProbeError,
	UnconfirmedResultError,
	UnreadableParametersError,
	WeakSizeError,
	WorkerError,
} from "./errors.js";
export { type GenerateOptions, generate } from "./generate.js";
export { DhParams, type DhParamsJson } from "./params.js";
export type { Progress } from "./search/progress.js";
