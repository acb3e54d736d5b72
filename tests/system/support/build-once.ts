import { buildApp } from "../../../build.ts";

/** Whole-system tests run the very bundle that is deployed: it is built once, before all of them. */
export default buildApp;
