/** Every `code` that an error of this package can carry. */
export type ErrorCode =
	| "ERR_INVALID_ARGUMENT"
	| "ERR_WEAK_SIZE"
	| "ERR_UNREADABLE_PARAMETERS"
	| "ERR_INVALID_CERTIFICATE"
	| "ERR_FILE"
	| "ERR_LOCKED"
	| "ERR_WORKER"
	| "ERR_PROBE"
	| "ERR_QUEUE"
	| "ERR_UNCONFIRMED_RESULT";

/** What exactly is wrong, for callers that treat these cases of one `code` apart. */
export type ErrorReason =
	/** ERR_FILE: a file with the name exists, and is not to be replaced. */
	| "exists"
	/** ERR_UNREADABLE_PARAMETERS: the input is empty, or holds something else than parameters. */
	| "no-parameters"
	/** ERR_UNREADABLE_PARAMETERS: the input holds several sets of parameters where one is wanted. */
	| "several-sets"
	/** ERR_UNREADABLE_PARAMETERS: the input is a number, and no generator was given with it. */
	| "bare-number";

/** What an error of this package is made with. */
export interface DhParamsErrorOptions extends ErrorOptions {
	readonly reason?: ErrorReason | undefined;
}

/**
 * What all errors of this package extend. `code` and `reason` are stable across releases;
 * the message names the input, what is wrong with it and what would be right.
 *
 * @example
 * try {
 *   await generate(1000);
 * } catch (error) {
 *   if (error instanceof DhParamsError) console.error(error.code, error.message);
 * }
 */
export class DhParamsError extends Error {
	readonly code: ErrorCode;
	/** Only for the cases that {@link ErrorReason} lists. */
	declare readonly reason?: ErrorReason;

	constructor(
		code: ErrorCode,
		message: string,
		options: DhParamsErrorOptions = {},
	) {
		const { reason, ...others } = options;
		super(message, others);
		this.name = new.target.name;
		this.code = code;
		if (reason !== undefined) this.reason = reason;
	}
}

/** An invalid argument or option: a size of 0, an unknown option. */
export class InvalidArgumentError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_INVALID_ARGUMENT", message, options);
	}
}

/** A size that current clients refuse, asked for without `allowWeak`. */
export class WeakSizeError extends DhParamsError {
	constructor(message: string) {
		super("ERR_WEAK_SIZE", message);
	}
}

/** Bytes that are not one strictly encoded set of DH parameters. */
export class UnreadableParametersError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_UNREADABLE_PARAMETERS", message, options);
	}
}

/** A certificate of primality that cannot be read: another form, another version, or damaged. */
export class InvalidCertificateError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_INVALID_CERTIFICATE", message, options);
	}
}

/** A file that cannot be read, or cannot be written without loss. */
export class FileError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_FILE", message, options);
	}
}

/** A file that another run of `ensure` is still working on when the time to wait for it is over. */
export class LockedError extends DhParamsError {
	constructor(message: string) {
		super("ERR_LOCKED", message);
	}
}

/** A worker thread that could not start, or that ended before its task did; a pool that was closed. */
export class WorkerError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_WORKER", message, options);
	}
}

/** A queue of units of work that cannot be used: its server is not reached, refuses, or is not set up for it. */
export class QueueError extends DhParamsError {
	constructor(message: string, options?: DhParamsErrorOptions) {
		super("ERR_QUEUE", message, options);
	}
}

/** A result of a search or a validation that the independent BigInt engine does not confirm: a bug of ours, never printed. */
export class UnconfirmedResultError extends DhParamsError {
	constructor(message: string) {
		super("ERR_UNCONFIRMED_RESULT", message);
	}
}

/** What stopped a probe, for callers that treat the cases apart. */
export type ProbeFailure =
	/** No connection: a name that does not resolve, a closed port, no route. */
	| "unreachable"
	/** The time ran out before the server said what was asked of it. */
	| "timeout"
	/** The server closed or reset the connection. */
	| "closed"
	/** The server would not switch to TLS, or spoke another protocol before it. */
	| "starttls"
	/** What came is not TLS. */
	| "not-tls"
	/** What came is not version 2 of SSH. */
	| "not-ssh"
	/** TLS or SSH that breaks its own rules: wrong lengths, messages out of order, too much of it. */
	| "malformed"
	/** TLS, but every handshake was refused with an alert; SSH that ended before the key exchanges were named. */
	| "refused";

/** A host that could not be probed: not reached, not speaking TLS or SSH, or not by the rules. */
export class ProbeError extends DhParamsError {
	readonly failure: ProbeFailure;

	constructor(
		failure: ProbeFailure,
		message: string,
		options?: DhParamsErrorOptions,
	) {
		super("ERR_PROBE", message, options);
		this.failure = failure;
	}
}
