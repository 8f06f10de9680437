// The geometry of latents: planes and directions.

const length = (z) => Math.hypot(...z);
const scaled = (z, s) => z.map((v) => v * s);

// isUniform says whether a latent looks like U(low, high): then values stay between.
export function isUniform(info) {
	return info.sd > 0 && Math.abs((info.high - info.low) / (info.sd * Math.sqrt(12)) - 1) < .06;
}

// A Plane has the points z(x, y) for x and y from -1 to 1. Its middle is the latent of a
// sample, and its axes are two drawn directions at right angles. In two dimensions it is
// the whole latent space.
export class Plane {
	constructor(info, middle, first, second) {
		this.info = info;
		this.middle = middle;
		this.uniform = isUniform(info);
		const d = middle.length;
		this.reach = this.uniform ? (info.high - info.low) / 2 : 2.5 * info.sd;
		if (d <= 2) {
			this.flat = true;
			this.middle = middle.map(() => this.uniform ? (info.low + info.high) / 2 : info.mean);
			return;
		}
		const typical = info.sd * Math.sqrt(d);
		const u = first, dot = second.reduce((s, v, i) => s + v * u[i], 0) / (length(u) ** 2 || 1);
		const w = second.map((v, i) => v - dot * u[i]);
		this.u = scaled(u, typical / (length(u) || 1));
		this.w = scaled(w, typical / (length(w) || 1));
		this.radius = length(middle);
	}

	// at returns the latent at a place. The length of normal latents is that of the middle,
	// as latents near 0 are improbable.
	at(x, y) {
		if (this.flat) return this.middle.map((m, i) => m + (i === 0 ? x : -y) * this.reach);
		const z = this.middle.map((m, i) => m + 1.3 * (x * this.u[i] + y * this.w[i]));
		if (this.uniform) return this.clamp(z);
		return this.middle.length < 8 ? z : scaled(z, this.radius / (length(z) || 1));
	}

	clamp(z) {
		return this.uniform ? z.map((v) => Math.min(Math.max(v, this.info.low), this.info.high)) : z;
	}

	// place returns where a latent is in a flat plane.
	place(z) {
		return this.flat ? [(z[0] - this.middle[0]) / this.reach, z.length > 1 ? -(z[1] - this.middle[1]) / this.reach : 0] : [0, 0];
	}
}

// short writes numbers with few digits, for a request.
export const short = (z) => z.map((v) => Number(v.toPrecision(6)));
