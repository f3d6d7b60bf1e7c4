// Entry of every page: styles, htmx with its safe settings, and the islands.
import "./css/index.css";
import { startHtmx } from "./htmx";
import { startIslands } from "./islands";

startHtmx();
startIslands();
