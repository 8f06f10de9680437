// Package mesh makes surfaces of volumes: triangles where the values of voxels pass a
// level, and files of them. It exists because other programs show, measure and print
// shapes as triangles. It must not know the source of the voxels: no networks, datasets
// or runs.
package mesh
