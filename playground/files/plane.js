// The picture of the plane: D as colours, D* as lines, G as a warped grid, points and arrows.

import {color} from "./web/dom.js";

const drawn = 500; // points of each kind
const bestLevels = [[.25, [2, 4]], [.5, []], [.75, [2, 4]]]; // of D*, and their dashes
const densityLevels = [[.1, []], [.4, []], [.7, []]]; // parts of the largest density

// Plane draws frames on a canvas.
export class Plane {
	constructor(canvas, constants) {
		this.canvas = canvas;
		this.view = constants.view;
		this.side = constants.side;
		this.warpSide = constants.warpSide;
		this.heat = new OffscreenCanvas(this.side, this.side);
		this.readColors();
	}

	readColors() {
		this.colors = Object.fromEntries(["--real", "--generated", "--ink", "--rule", "--panel", "--series-3", "--soft"].map((n) => [n, color(n)]));
	}

	// fitSize gives the canvas a pixel for each pixel of the screen.
	fitSize() {
		const size = Math.max(1, Math.round(this.canvas.clientWidth * devicePixelRatio));
		if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
		this.scale = size / (2 * this.view);
	}

	x(v) { return (v + this.view) * this.scale; }
	y(v) { return (this.view - v) * this.scale; }

	// at returns the coordinates of the plane at a place of the screen.
	at(event) {
		const box = this.canvas.getBoundingClientRect();
		const place = (v, from, length) => (2 * (v - from) / length - 1) * this.view;
		return [place(event.clientX, box.left, box.width), -place(event.clientY, box.top, box.height)];
	}

	// cellAt returns the index in a grid of a place in the plane.
	cellAt([x, y]) {
		const cell = (v) => Math.min(this.side - 1, Math.max(0, Math.floor((v / this.view + 1) / 2 * this.side)));
		return cell(y) * this.side + cell(x);
	}

	draw(frame, show) {
		this.fitSize();
		const c = this.canvas.getContext("2d");
		c.fillStyle = this.colors["--panel"];
		c.fillRect(0, 0, this.canvas.width, this.canvas.height);
		if (show.has("heat") && frame.heat.length) this.drawHeat(c, frame.heat);
		this.drawAxes(c);
		if (show.has("warp") && frame.warp.length) this.drawWarp(c, frame.warp);
		if (show.has("density") && frame.density.length) this.drawLevels(c, frame.density, densityLevels, "--real");
		if (show.has("best")) this.drawLevels(c, frame.best, bestLevels, "--ink");
		if (show.has("real")) this.drawPoints(c, frame.real, "--real", true);
		if (show.has("made")) this.drawPoints(c, frame.made, "--generated", false);
		const {step, mover} = frame.phase; // in slow motion the arrows have their own phase
		if (show.has("arrows") && (!step || step === "gradient" && mover !== "D")) this.drawArrows(c, frame.made, frame.arrows);
	}

	drawAxes(c) {
		c.strokeStyle = this.colors["--rule"];
		c.lineWidth = 1;
		c.beginPath();
		for (let v = -1; v <= 1; v++) {
			c.moveTo(Math.round(this.x(v)) + .5, 0);
			c.lineTo(Math.round(this.x(v)) + .5, this.canvas.height);
			c.moveTo(0, Math.round(this.y(v)) + .5);
			c.lineTo(this.canvas.width, Math.round(this.y(v)) + .5);
		}
		c.stroke();
	}

	drawHeat(c, heat) {
		const n = this.side, small = this.heat.getContext("2d"), image = small.createImageData(n, n);
		const sides = [rgb(this.colors["--generated"]), rgb(this.colors["--real"])];
		for (let row = 0; row < n; row++) {
			for (let column = 0; column < n; column++) {
				const v = heat[row * n + column], at = 4 * ((n - 1 - row) * n + column), side = sides[v > 0 ? 1 : 0];
				image.data[at] = side[0];
				image.data[at + 1] = side[1];
				image.data[at + 2] = side[2];
				image.data[at + 3] = Number.isFinite(v) ? 140 * Math.min(1, Math.abs(v)) ** .8 : 0;
			}
		}
		small.putImageData(image, 0, 0);
		c.imageSmoothingEnabled = true;
		c.imageSmoothingQuality = "high";
		c.drawImage(this.heat, 0, 0, this.canvas.width, this.canvas.height);
	}

	drawPoints(c, points, name, square) {
		const r = Math.max(1.3, this.canvas.width / 300) * (points.length < 500 ? 1.4 : 1);
		c.fillStyle = this.colors[name];
		c.globalAlpha = .75;
		c.beginPath();
		for (let i = 0; i < Math.min(points.length, 2 * drawn); i += 2) {
			const x = this.x(points[i]), y = this.y(points[i + 1]);
			if (square) c.rect(x - r * .85, y - r * .85, 1.7 * r, 1.7 * r);
			else {
				c.moveTo(x + r, y);
				c.arc(x, y, r, 0, 7);
			}
		}
		c.fill();
		c.globalAlpha = 1;
	}

	// drawArrows draws the direction in which each sample should go. A long arrow is a large
	// gradient; the longest possible is a third of the unit.
	drawArrows(c, points, gradients) {
		c.strokeStyle = this.colors["--ink"];
		c.lineWidth = Math.max(1, this.canvas.width / 600);
		c.globalAlpha = .8;
		c.beginPath();
		for (let i = 0; i < Math.min(points.length, gradients.length); i += 2) {
			const length = Math.hypot(gradients[i], gradients[i + 1]);
			if (!(length > 1e-6)) continue;
			const f = .33 / (1 + length);
			const x = this.x(points[i]), y = this.y(points[i + 1]);
			const dx = gradients[i] * f * this.scale, dy = -gradients[i + 1] * f * this.scale;
			c.moveTo(x, y);
			c.lineTo(x + dx, y + dy);
			c.lineTo(x + .75 * dx - .13 * dy, y + .75 * dy + .13 * dx);
			c.moveTo(x + dx, y + dy);
			c.lineTo(x + .75 * dx + .13 * dy, y + .75 * dy - .13 * dx);
		}
		c.stroke();
		c.globalAlpha = 1;
	}

	// drawWarp draws what G makes of the cells of a grid of noise. All cells are equally
	// likely, so a small cell is dark.
	drawWarp(c, warp) {
		const n = this.warpSide, at = (i) => [this.x(warp[2 * i]), this.y(warp[2 * i + 1])];
		c.strokeStyle = c.fillStyle = this.colors["--generated"];
		c.lineWidth = 1;
		if (warp.length === 2 * (n * n + 1)) {
			for (let i = 0; i < n * n; i++) {
				const [x, y] = at(i), [u, v] = at(i + 1);
				c.lineWidth = Math.max(1.5, Math.min(12, 4 * Math.sqrt(this.scale / (n * n) / Math.hypot(u - x, v - y) * 4)));
				c.globalAlpha = .5;
				c.beginPath();
				c.moveTo(x, y);
				c.lineTo(u, v);
				c.stroke();
			}
			c.globalAlpha = 1;
			return;
		}
		const usual = (2 * this.scale / n) ** 2;
		for (let row = 0; row < n; row++) {
			for (let column = 0; column < n; column++) {
				const corners = [row * (n + 1) + column, row * (n + 1) + column + 1, (row + 1) * (n + 1) + column + 1, (row + 1) * (n + 1) + column].map(at);
				let area = 0;
				corners.forEach(([x, y], i) => {
					const [u, v] = corners[(i + 1) % 4];
					area += (x * v - u * y) / 2;
				});
				c.beginPath();
				corners.forEach(([x, y]) => c.lineTo(x, y));
				c.closePath();
				c.globalAlpha = Math.min(.6, .12 * usual / Math.max(Math.abs(area), usual / 50));
				c.fill();
				c.globalAlpha = .35;
				c.stroke();
			}
		}
		c.globalAlpha = 1;
	}

	// drawLevels draws the lines on which a grid has the values of levels, by marching squares.
	drawLevels(c, grid, levels, name) {
		const n = this.side, place = (i) => ((i + .5) / n * 2 - 1) * this.view;
		c.strokeStyle = this.colors[name];
		c.lineWidth = Math.max(1.2, this.canvas.width / 450);
		for (const [level, dash] of levels) {
			c.setLineDash(dash.map((d) => d * devicePixelRatio));
			c.beginPath();
			for (let row = 0; row + 1 < n; row++) {
				for (let column = 0; column + 1 < n; column++) {
					const i = row * n + column;
					this.drawCrossing(c, [grid[i], grid[i + 1], grid[i + n + 1], grid[i + n]], level, place(column), place(row), 2 * this.view / n);
				}
			}
			c.stroke();
		}
		c.setLineDash([]);
	}

	// drawCrossing draws a level in one cell, whose corners have the values v.
	drawCrossing(c, v, level, x, y, width) {
		const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
		const ends = [];
		for (let k = 0; k < 4; k++) {
			const a = v[k] - level, b = v[(k + 1) % 4] - level;
			if (Number.isNaN(a) || Number.isNaN(b)) return;
			if (a < 0 === b < 0) continue;
			const t = a / (a - b), [p, q] = corners[k], [r, s] = corners[(k + 1) % 4];
			ends.push([this.x(x + width * (p + t * (r - p))), this.y(y + width * (q + t * (s - q)))]);
		}
		for (let k = 0; k + 1 < ends.length; k += 2) {
			c.moveTo(...ends[k]);
			c.lineTo(...ends[k + 1]);
		}
	}
}

// rgb returns the numbers of a computed colour.
const rgb = (text) => text.match(/[\d.]+/g).map(Number);
