// Runs webpack with the settings of docs/bundlers.md: .ci/package-use.
const webpack = require("webpack");

const settings = {
	mode: "production",
	target: "node20",
	entry: "./bundle.use.mjs",
	externals: { "gen-dhparams": "import gen-dhparams" },
	output: { path: `${__dirname}/webpack` },
};

webpack(settings, (error, stats) => {
	if (error) throw error;
	if (stats.hasErrors()) throw new Error(stats.toString());
});
