package board

import (
	"errors"
	"net/http"
	"path/filepath"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// serveTags replaces the tags of a run.
func (b *Board) serveTags(w http.ResponseWriter, r *http.Request) error {
	var asked struct {
		ID   string   `json:"id"`
		Tags []string `json:"tags"`
	}
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	e, err := b.find(asked.ID)
	if err != nil {
		return err
	}
	if _, err := cleanTags(asked.Tags); err != nil {
		return badRequest(err)
	}
	if err := writeTags(filepath.Join(e.folder.Path(), tagsFile), asked.Tags); err != nil {
		return err
	}
	b.touch()
	return writeJSON(w, map[string]string{"id": asked.ID})
}

// serveRename renames the folder of a run.
func (b *Board) serveRename(w http.ResponseWriter, r *http.Request) error {
	var asked struct{ ID, Name string }
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	if err := checkName(asked.Name); err != nil {
		return badRequest(err)
	}
	id, err := b.rename(asked.ID, asked.Name)
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]string{"id": id})
}

// serveDelete moves a run to the trash.
func (b *Board) serveDelete(w http.ResponseWriter, r *http.Request) error {
	var asked struct{ ID string }
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	to, err := b.delete(asked.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]string{"trash": to})
}

// serveRestore moves a run from the trash back to where it was.
func (b *Board) serveRestore(w http.ResponseWriter, r *http.Request) error {
	var asked struct{ Trash, ID string }
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	if err := b.restore(asked.Trash, asked.ID); err != nil {
		return badRequest(err)
	}
	return writeJSON(w, map[string]string{"id": asked.ID})
}

// A recipeRow is a recipe in the list of recipes.
type recipeRow struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Source string `json:"source"`
	Data   string `json:"data"`
}

// serveRecipes answers with all recipes.
func (b *Board) serveRecipes(w http.ResponseWriter, r *http.Request) error {
	all := []recipeRow{}
	for _, c := range recipe.List() {
		all = append(all, recipeRow{c.Name, c.Title, c.Source, c.Data})
	}
	return writeJSON(w, all)
}

// A formField is a setting in the form of a recipe.
type formField struct {
	Key   string   `json:"key"`
	Doc   string   `json:"doc"`
	Kind  string   `json:"kind"`
	Value string   `json:"value"`
	Min   string   `json:"min,omitempty"`
	Max   string   `json:"max,omitempty"`
	Words []string `json:"words,omitempty"`
}

// serveRecipe answers with the settings of a recipe, for a form.
func (b *Board) serveRecipe(w http.ResponseWriter, r *http.Request) error {
	found, err := recipe.Find(r.URL.Query().Get("name"))
	if err != nil {
		return badRequest(err)
	}
	fields := []formField{}
	for _, in := range run.NewConfig(found).Inputs() {
		fields = append(fields, formField{in.Key, in.Doc, in.Kind, in.Text, in.Min, in.Max, in.Words})
	}
	return writeJSON(w, map[string]any{
		"recipe": recipeRow{found.Name, found.Title, found.Source, found.Data}, "fields": fields,
	})
}

// serveTrainings answers with the processes that the board has started.
func (b *Board) serveTrainings(w http.ResponseWriter, r *http.Request) error {
	return writeJSON(w, b.trainers.list())
}

// serveTrain starts the training of a new run.
func (b *Board) serveTrain(w http.ResponseWriter, r *http.Request) error {
	var asked trainRequest
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	if !b.trainers.allowed() {
		return errNoTraining
	}
	args, err := b.trainers.arguments(asked)
	if err != nil {
		return badRequest(err)
	}
	j, err := b.trainers.start(args)
	if err != nil {
		return err
	}
	return writeJSON(w, j)
}

// serveStop sends the process that trains a run the request to save and end.
func (b *Board) serveStop(w http.ResponseWriter, r *http.Request) error {
	var asked struct{ ID string }
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	e, err := b.find(asked.ID)
	if err != nil {
		return err
	}
	if err := b.trainers.stop(e.folder); err != nil {
		return err
	}
	return writeJSON(w, map[string]string{"id": asked.ID})
}

// serveResume continues a run, perhaps with another length.
func (b *Board) serveResume(w http.ResponseWriter, r *http.Request) error {
	var asked struct {
		ID      string
		Kimg    float64
		Steps   int64
		Threads int
	}
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	e, err := b.find(asked.ID)
	if err != nil {
		return err
	}
	if !b.trainers.allowed() {
		return errNoTraining
	}
	if _, held, err := e.folder.Holder(); err != nil || held {
		return errors.Join(err, badRequest(errors.New("the run is training")))
	}
	args, err := resumeArguments(e.folder, asked.Kimg, asked.Steps, asked.Threads)
	if err != nil {
		return badRequest(err)
	}
	j, err := b.trainers.start(args)
	if err != nil {
		return err
	}
	return writeJSON(w, j)
}
