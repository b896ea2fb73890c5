// For a server, with the setting of docs/bundlers.md: .ci/package-use.
export default {
	build: { ssr: "bundle.use.mjs", outDir: "vite" },
	ssr: { external: ["gen-dhparams"] },
};
