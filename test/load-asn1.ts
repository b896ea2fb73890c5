import { asn1, withAsn1 } from "../src/encoding/asn1.js";

// Tests call the decoders without the public functions, which load asn1js at its first use.
await withAsn1(asn1);
