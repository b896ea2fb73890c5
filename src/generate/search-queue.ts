/** Searcher that have begun keep a window each. */
const MAX_SEARCHES = 4;

/** Says when a search may begin: a small one need not wait for the end of large ones. */
export class SearchQueue {
	/** The sizes of those that have begun. */
	readonly #begun: number[] = [];
	#waiting: { readonly bits: number; readonly begin: () => void }[] = [];

	/** Runs a search when fewer than four of its size or smaller ones run; those that may begin do so in their order. */
	async run<T>(bits: number, search: () => Promise<T>): Promise<T> {
		await new Promise<void>((begin) => {
			this.#waiting.push({ bits, begin });
			this.#admit();
		});
		try {
			return await search();
		} finally {
			this.#begun.splice(this.#begun.indexOf(bits), 1);
			this.#admit();
		}
	}

	#admit(): void {
		this.#waiting = this.#waiting.filter(({ bits, begin }) => {
			const rivals = this.#begun.filter((other) => other <= bits).length;
			if (rivals >= MAX_SEARCHES) return true;
			this.#begun.push(bits);
			begin();
			return false;
		});
	}
}
