/** What ends one search: its caller's signal, a callback of the caller's that fails, or the end of its pool. */
export class StopSignal implements Disposable {
	readonly #controller = new AbortController();
	readonly #outer: AbortSignal | undefined;
	readonly #follow = () => this.abort(this.#outer?.reason);

	/** @param outer is followed until this is disposed of: it may outlive many searches */
	constructor(outer: AbortSignal | undefined) {
		this.#outer = outer;
		outer?.addEventListener("abort", this.#follow, { once: true });
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	abort(reason: unknown): void {
		this.#controller.abort(reason);
	}

	/**
	 * The callback, which stops the search when it throws or its promise rejects.
	 *
	 * @param isFinal it is called after the stop too
	 */
	guard<T>(
		callback: (value: T) => unknown,
		{ isFinal = false }: { readonly isFinal?: boolean } = {},
	): (value: T) => void {
		return (value) => {
			if (this.signal.aborted && !isFinal) return;
			try {
				const result = callback(value);
				if (result instanceof Promise) {
					result.catch((error) => this.abort(error));
				}
			} catch (error) {
				this.abort(error);
			}
		};
	}

	/** Settles as the promise does, or rejects with the reason as soon as this is stopped. */
	async race<T>(promise: Promise<T>): Promise<T> {
		const stopped = new Promise<never>((_, reject) => {
			this.signal.addEventListener("abort", () => reject(this.signal.reason), {
				once: true,
			});
		});
		return Promise.race([promise, stopped]);
	}

	[Symbol.dispose](): void {
		this.#outer?.removeEventListener("abort", this.#follow);
	}
}
