// For a server, with the setting of docs/bundlers.md: .ci/package-use.
export default {
	build: {
		ssr: "bundle.use.mjs",
		outDir: "vite",
		rollupOptions: { output: { entryFileNames: "bundle.mjs" } },
	},
	ssr: { external: ["gen-dhparams"] },
};
