export type {
	Certificate,
	CertificateLink,
} from "./certificate/certificate.js";
export {
	type CertificateFormat,
	type CertificateReport,
	type CheckCertificateOptions,
	checkCertificate,
	encodeCertificate,
} from "./certificate/check.js";
export type { DhValues, ValidationParameters } from "./encoding/der.js";
export type { Construction, SeedOrigin } from "./encoding/seed.js";
export type { Fault } from "./ensure/decide.js";
export { ensure } from "./ensure/ensure.js";
export type { EnsureOptions } from "./ensure/options.js";
export type { ReloadResult } from "./ensure/reload.js";
export type { EnsureReason, EnsureResult } from "./ensure/result.js";
export {
	DhParamsError,
	type DhParamsErrorOptions,
	type ErrorCode,
	type ErrorReason,
	FileError,
	InvalidArgumentError,
	InvalidCertificateError,
	LockedError,
	ProbeError,
	type ProbeFailure,
	QueueError,
	UnconfirmedResultError,
	UnreadableParametersError,
	WeakSizeError,
	WorkerError,
} from "./errors.js";
export {
	type ComputeUnitOptions,
	computeUnit,
} from "./generate/compute-unit.js";
export { createPool, generate } from "./generate/generate.js";
export { type JoinOptions, type JoinProgress, join } from "./generate/join.js";
export type {
	GenerateOptions,
	QueueOptions,
	SearchOptions,
	ThreadOptions,
} from "./generate/options.js";
export type { SearchPool } from "./generate/search-pool.js";
export { namedGroup } from "./groups/groups.js";
export type { Incident } from "./machines/coordinator-request.js";
export {
	type CheckModuliOptions,
	type CheckModuliProgress,
	checkModuli,
} from "./moduli/check.js";
export { type EncodeModuliOptions, encodeModuli } from "./moduli/encode.js";
export {
	type FilteredModuli,
	type FilterModuliOptions,
	filterModuli,
} from "./moduli/filter.js";
export { generateModuli, type Moduli } from "./moduli/moduli.js";
export type { ModuliOptions } from "./moduli/options.js";
export type { ModuliProgress, SizeProgress } from "./moduli/progress.js";
export type {
	ModuliFinding,
	ModuliFindingId,
	ModuliReport,
	ModuliSize,
	ModuliTest,
} from "./moduli/report.js";
export { DhParams, type DhParamsJson } from "./params.js";
export type { Finding } from "./probe/findings.js";
export {
	type AgreedExchange,
	type ProbeOptions,
	type ProbeReport,
	probe,
} from "./probe/probe.js";
export type { ServedGroup } from "./probe/served-groups.js";
export type { SshGroupRequest } from "./probe/ssh/group-exchange.js";
export type { SshGroupSource } from "./probe/ssh/group-source.js";
export type {
	SshKeyExchange,
	SshKeyExchangeKind,
} from "./probe/ssh/key-exchanges.js";
export {
	probeSsh,
	type SshGroupExchange,
	type SshProbeOptions,
	type SshProbeReport,
} from "./probe/ssh/probe-ssh.js";
export type { SshGroupReply } from "./probe/ssh/survey.js";
export type { NoAnswer, Refusal } from "./probe/survey.js";
export type { Starttls } from "./probe/target.js";
export type { ReadOptions } from "./reading/read.js";
export type { Progress } from "./search/progress.js";
export type { Unit, UnitHit, UnitResult } from "./search/unit.js";
export type { PolicyOptions } from "./validate/policy.js";
export type { PrimalityOptions } from "./validate/primality-resources.js";
export type {
	Check,
	CheckId,
	CheckVerdict,
	OpensslVerdict,
	Report,
} from "./validate/report.js";
export { type ValidateOptions, validate } from "./validate/validate.js";
