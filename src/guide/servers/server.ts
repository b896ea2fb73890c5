/** What one kind of server needs to serve a group from a file. Commands are lines for a root shell. */
export interface Server {
	/** The name that `gen-dhparams config` takes. */
	readonly id: string;
	/** The name that its makers use. */
	readonly name: string;
	readonly aliases: readonly string[];
	/** Where the file goes unless the user says otherwise. */
	readonly path: string;
	/** What `gen-dhparams probe` is given after the restart; undefined for a protocol that it does not speak. */
	readonly probe?: string;
	/** The configurations, the newest version first. */
	readonly variants: readonly [Variant, ...Variant[]];
	/** Documentation and source of the makers. */
	readonly sources: readonly [string, ...string[]];
}

/** The configuration of the versions from `since` on that use this TLS library. */
export interface Variant {
	/** Which versions, in words. */
	readonly applies: string;
	/** The first version; undefined for all. */
	readonly since?: string;
	/** The TLS library that it is for; undefined for either. */
	readonly tls?: Tls;
	/** The lines for the configuration; undefined where there is none and `notes` say what to do. */
	readonly directive?: (path: string) => string;
	/** Where the lines go. */
	readonly file: string;
	/** How the group is made, where a file at the path is not what the server reads. */
	readonly make?: string;
	/** The server's own test of its configuration, and how to make it read the new one. */
	readonly test?: string;
	readonly reload?: string;
	/** Since when it matters, where the server ignores it, what its makers recommend. */
	readonly notes: readonly string[];
}

export type Tls = "openssl" | "gnutls";
