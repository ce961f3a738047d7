// axe on every page and state in English, and on a phone in Leichte Sprache.
import { atDesk, onPhone } from "./states.ts";

onPhone("en");
atDesk("en");
onPhone("leicht");
