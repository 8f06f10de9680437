// The settings of a run, with those that differ from the defaults of its recipe.

import {h, replace} from "../web/dom.js";

export function settingsTab(id, page) {
	const search = h("input", {type: "search", placeholder: "Filter", "aria-label": "Filter the settings", oninput: () => draw()});
	const only = h("input", {type: "checkbox", onchange: () => draw()});
	const body = h("tbody");
	const summary = h("p", {class: "soft", role: "status"});

	function draw() {
		const words = search.value.toLowerCase();
		const other = page.settings.filter((s) => s.value !== s.default);
		const shown = page.settings.filter((s) => (!only.checked || s.value !== s.default) && `${s.key} ${s.doc}`.toLowerCase().includes(words));
		summary.textContent = `${other.length} of ${page.settings.length} settings differ from the defaults of the recipe.`;
		replace(body, shown.map((s) => h("tr", {class: s.value !== s.default ? "differs" : false},
			h("th", {scope: "row"}, h("code", {}, s.key)), h("td", {}, h("code", {}, s.value)),
			h("td", {}, s.value !== s.default && h("code", {class: "soft"}, s.default)), h("td", {class: "soft"}, s.doc))));
	}
	draw();
	return {
		element: h("section", {class: "panel stack"}, h("div", {class: "row spread"}, h("div", {}, h("h2", {}, "Settings"), page.source && h("p", {class: "soft"}, `The recipe is after ${page.source}.`), summary), h("div", {class: "row"}, search, h("label", {}, only, "Only those that differ"))),
			h("div", {class: "scroll"}, h("table", {class: "settings"}, h("thead", {}, h("tr", {}, ["setting", "value", "default", "meaning"].map((t) => h("th", {scope: "col"}, t)))), body))),
		change(next) {
			if (!next) return;
			page = next;
			draw();
		},
	};
}
