// What can be downloaded of a run.

import {h, replace} from "../web/dom.js";
import {address} from "./api.js";
import {bytes} from "./format.js";

export function downloadsTab(id, page) {
	const files = h("tbody"), checkpoint = h("select", {name: "step"});
	const n = h("input", {type: "number", min: 1, max: 100000, value: 64}), seed = h("input", {type: "number", min: 0, value: 0});
	const links = h("div", {class: "row"});

	function drawLinks() {
		const query = {id, n: n.value || 64, seed: seed.value || 0, step: checkpoint.value || undefined};
		replace(links, h("a", {class: "button main", download: true, href: address("api/samples", {...query, format: "npy"})}, "Array (npy)"),
			Number(n.value) <= 1024 && h("a", {class: "button", download: true, href: address("api/samples", {...query, format: "png"})}, "Picture (png)"));
	}
	for (const input of [n, seed, checkpoint]) input.addEventListener("input", drawLinks);

	function draw() {
		const was = checkpoint.value;
		replace(checkpoint, [...page.checkpoints].reverse().map((s, i) => h("option", {value: s}, `step ${s}${i === 0 ? ", the newest" : ""}`)));
		if (was !== "" && page.checkpoints.includes(Number(was))) checkpoint.value = was;
		const last = page.outputs[0]?.frames.at(-1);
		const row = (name, what, size, href) => h("tr", {}, h("th", {scope: "row"}, h("a", {href, download: true}, name)), h("td", {class: "soft"}, what), h("td", {class: "number"}, size));
		replace(files,
			last && row(`${last.name}.png`, "the newest picture of samples", "", address("api/picture", {id, name: last.name, download: 1})),
			row("journal.csv", "the curves: a row for each tick", "", address("api/journal", {id})),
			page.files.map((f) => row(f.name, f.what, bytes(f.size), address("api/file", {id, name: f.name}))));
		drawLinks();
	}
	draw();
	return {
		element: h("div", {class: "stack"},
			h("section", {class: "panel stack"}, h("h2", {}, "Samples"), page.checkpoints.length
				? [h("div", {class: "row"}, h("label", {class: "field"}, h("span", {}, "Number"), n), h("label", {class: "field"}, h("span", {}, "Seed"), seed), h("label", {class: "field"}, h("span", {}, "Checkpoint"), checkpoint)), links]
				: h("p", {class: "soft"}, "The run has no checkpoint yet.")),
			h("section", {class: "panel stack"}, h("h2", {}, "Files"), h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "file"), h("th", {scope: "col"}, "content"), h("th", {scope: "col", class: "number"}, "size"))), files)))),
		change(next) {
			if (!next) return;
			page = next;
			draw();
		},
	};
}
