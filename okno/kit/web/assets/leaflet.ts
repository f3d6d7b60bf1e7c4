// Leaflet with its styles under tokens of the house: a chunk of its own, asked only where there is a map.
import "./css/leaflet.css";

export { circleMarker, layerGroup, map, popup, tileLayer } from "leaflet";
