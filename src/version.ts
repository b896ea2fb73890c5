/** The version of this package: package.json says the same, but is not there in a bundle. */
export const VERSION = "0.1.0";
