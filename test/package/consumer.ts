// A user's program: every exported name, options that may be undefined, and no other types than the package's own.
// .ci/package compiles it with each TypeScript release and way of resolving that we support.
import {
	type AgreedExchange,
	type Check,
	type CheckId,
	type CheckVerdict,
	createPool,
	DhParams,
	DhParamsError,
	type DhParamsJson,
	type DhValues,
	type EnsureOptions,
	type EnsureReason,
	type EnsureResult,
	type ErrorCode,
	ensure,
	type Fault,
	FileError,
	type Finding,
	type GenerateOptions,
	generate,
	InvalidArgumentError,
	LockedError,
	type NoAnswer,
	namedGroup,
	type OpensslVerdict,
	type PolicyOptions,
	type PrimalityOptions,
	ProbeError,
	type ProbeFailure,
	type ProbeOptions,
	type ProbeReport,
	type Progress,
	probe,
	probeSsh,
	type ReadOptions,
	type Refusal,
	type ReloadResult,
	type Report,
	type SearchOptions,
	type SearchPool,
	type SeedOrigin,
	type ServedGroup,
	type SshGroupExchange,
	type SshGroupReply,
	type SshGroupRequest,
	type SshGroupSource,
	type SshKeyExchange,
	type SshKeyExchangeKind,
	type SshProbeOptions,
	type SshProbeReport,
	type Starttls,
	type ThreadOptions,
	UnconfirmedResultError,
	UnreadableParametersError,
	type ValidateOptions,
	type ValidationParameters,
	validate,
	WeakSizeError,
	WorkerError,
} from "gen-dhparams";

/** As a function passes on what it was given: `undefined` is allowed for every option. */
export async function provision(signal?: AbortSignal, seed?: string) {
	const threads: ThreadOptions = {
		threads: undefined,
		nice: undefined,
		cpuShare: undefined,
	};
	const search: SearchOptions = {
		generator: undefined,
		allowWeak: undefined,
		seed,
		signal,
		onProgress: undefined,
	};
	const options: GenerateOptions = { ...search, ...threads };
	const params: DhParams = await generate(2048, options);
	const pool: SearchPool = createPool(threads);
	const other: DhParams = await pool.generate(2048, search);
	await pool[Symbol.asyncDispose]();
	const policy: PolicyOptions = {
		policy: undefined,
		minBits: undefined,
		warnBits: undefined,
		maxBits: undefined,
		safePrimeRequired: undefined,
		minSubgroupBits: undefined,
		originRequired: undefined,
		rounds: undefined,
	};
	const reading: ReadOptions = { generator: undefined };
	const tools: PrimalityOptions = { signal, threads: undefined };
	const checks: ValidateOptions = {
		...policy,
		...reading,
		...tools,
		openssl: undefined,
		seed,
	};
	const report: Report = await validate(params.toDer(), checks);
	const verdict: OpensslVerdict | undefined = report.openssl;
	const check: Check | undefined = report.checks[0];
	const id: CheckId | undefined = check?.id;
	const checkVerdict: CheckVerdict | undefined = check?.verdict;
	const ensuring: EnsureOptions = {
		...options,
		bits: undefined,
		state: undefined,
		force: undefined,
		backup: undefined,
		mode: undefined,
		maxAge: undefined,
		provisional: undefined,
		wait: undefined,
		reload: undefined,
		checkMode: undefined,
		returnContent: undefined,
		onWait: undefined,
	};
	const result: EnsureResult = await ensure("dhparams.pem", ensuring);
	const reason: EnsureReason | Fault = result.reason;
	const reloaded: ReloadResult | undefined = result.reload;
	const probing: ProbeOptions = {
		...policy,
		starttls: undefined,
		servername: undefined,
		ip: undefined,
		timeout: undefined,
		signal,
	};
	const probed: ProbeReport = await probe("mail.example.org:25", probing);
	const starttls: Starttls = probed.starttls;
	const served: ServedGroup | undefined = probed.groups[0];
	const finding: Finding | undefined = probed.findings[0];
	const reply: AgreedExchange | Refusal | NoAnswer = probed.exportDhe;
	const ssh: SshProbeOptions = { ...policy, ip: undefined, timeout: undefined };
	const sshReport: SshProbeReport = await probeSsh("ssh.example.org", ssh);
	const exchange: SshGroupExchange | undefined = sshReport.groupExchange;
	const source: SshGroupSource | undefined = exchange?.source;
	const sshReply: SshGroupReply | undefined = exchange?.replies[0];
	const request: SshGroupRequest | undefined = sshReply?.request;
	const offered: SshKeyExchange | undefined = sshReport.keyExchanges[0];
	const kind: SshKeyExchangeKind | undefined = offered?.kind;
	return {
		other,
		verdict,
		id,
		checkVerdict,
		reason,
		reloaded,
		source,
		request,
		kind,
		starttls,
		served,
		finding,
		reply,
	};
}

export function values(origin?: SeedOrigin, j?: bigint): DhParamsJson {
	const validation: ValidationParameters | undefined = undefined;
	const q: bigint | undefined = namedGroup("dh_2048_224").q;
	const given: DhValues = {
		p: BigInt(23),
		g: BigInt(5),
		q,
		j,
		validation,
		privateLength: undefined,
		origin,
	};
	return new DhParams(given).toJSON();
}

export function explain(error: unknown): ErrorCode | ProbeFailure | undefined {
	if (error instanceof ProbeError) return error.failure;
	const known =
		error instanceof FileError ||
		error instanceof InvalidArgumentError ||
		error instanceof LockedError ||
		error instanceof UnconfirmedResultError ||
		error instanceof UnreadableParametersError ||
		error instanceof WeakSizeError ||
		error instanceof WorkerError;
	if (known && error instanceof DhParamsError) return error.code;
	return undefined;
}

export const onProgress = ({ tested, chance }: Progress): string =>
	`${tested} ${chance}`;
