// Generated from the server's OpenAPI document by `npm run api`. Do not edit.

export interface paths {
    "/api/v1/blobs/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * PutBlob
         * @description Store bytes under their SHA-256; the server checks it.
         */
        put: operations["putBlob"];
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        head: operations["headBlob"];
        patch?: never;
        trace?: never;
    };
    "/api/v1/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Info
         * @description Tell version, mode and user.
         */
        get: operations["getInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ingest
         * @description Store a frame (`application/vnd.trireme.frame`, optionally `Content-Encoding: zstd`); on the answer it is on disk and readable.
         */
        post: operations["ingest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest/writers/{writer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetWriter
         * @description Tell how many units of a writer's stream are stored (0 for an unknown one); `writer` is 16 hex digits.
         */
        get: operations["getWriter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/{logged}/files/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * LoggedFileContent
         * @description Read a file of a logged model. Ranges and ETags work; `download` asks to save it.
         */
        get: operations["getLoggedModelFileContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mlflow-links/experiments/{experiment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetExperiment
         * @description Find the project that is the MLflow experiment of that id.
         */
        get: operations["getMlflowExperiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mlflow-links/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetRun
         * @description Find the run of that MLflow id.
         */
        get: operations["getMlflowRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListModels
         * @description List registered models, those that were changed last first; every word of `search` is part of a name, a description or a tag.
         */
        get: operations["listModels"];
        put?: never;
        /**
         * CreateModel
         * @description Register a model.
         */
        post: operations["createModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetModel
         * @description Get a registered model.
         */
        get: operations["getModel"];
        put?: never;
        post?: never;
        /**
         * DeleteModel
         * @description Delete a model with all its versions; the runs and their files stay.
         */
        delete: operations["deleteModel"];
        options?: never;
        head?: never;
        /**
         * PatchModel
         * @description Rename or describe a model, set or take away tags and aliases.
         */
        patch: operations["patchModel"];
        trace?: never;
    };
    "/api/v1/models/{model}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListVersions
         * @description List the versions of a model, newest first.
         */
        get: operations["listModelVersions"];
        put?: never;
        /**
         * CreateVersion
         * @description Make the next version of a model from the files of a run.
         */
        post: operations["createModelVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetVersion
         * @description Get a version, with what was logged of the model itself.
         */
        get: operations["getModelVersion"];
        put?: never;
        post?: never;
        /**
         * DeleteVersion
         * @description Delete a version; its number is not given again, and its run and the files stay.
         */
        delete: operations["deleteModelVersion"];
        options?: never;
        head?: never;
        /**
         * PatchVersion
         * @description Describe a version, move it to a stage, set or take away tags.
         */
        patch: operations["patchModelVersion"];
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListFiles
         * @description List the files of a version.
         */
        get: operations["listModelFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/files/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * FileContent
         * @description Read a file of a version. Ranges and ETags work; `download` asks to save it.
         */
        get: operations["getModelFileContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * CreateProject
         * @description Make a project.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        get: operations["getProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * PatchProject
         * @description Change a project's description.
         */
        patch: operations["patchProject"];
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListNames
         * @description List the paths and types that a project's runs have; `types` and `runs` (keys) are comma-separated lists.
         */
        get: operations["listAttributeNames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/attributes/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListValues
         * @description List the values that an attribute has in the project's runs, the commonest first, and how many runs have each.
         *
         *     `search`: a part of the value's text, in any case.
         */
        get: operations["listAttributeValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/dashboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        get: operations["listDashboards"];
        put?: never;
        /**
         * CreateDashboard
         * @description Save a dashboard.
         */
        post: operations["createDashboard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/dashboards/{dashboard_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetDashboard
         * @description Get a dashboard.
         */
        get: operations["getDashboard"];
        put?: never;
        post?: never;
        /**
         * DeleteDashboard
         * @description Remove a trashed dashboard for good.
         */
        delete: operations["deleteDashboard"];
        options?: never;
        head?: never;
        /**
         * PatchDashboard
         * @description Rename, share, change, trash or restore a dashboard.
         */
        patch: operations["patchDashboard"];
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/default-view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * SetDefaultView
         * @description Choose the view that newcomers to the project see.
         */
        put: operations["setDefaultView"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/metrics/families": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListFamilies
         * @description List float series that match a pattern, put together by what its groups capture: `(train|val)/loss` gives two families.
         *
         *     `x_metric` as for sections.
         */
        get: operations["listMetricFamilies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/metrics/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListNames
         * @description List float series in one section, from number `offset` on; `x_metric` and `also` as for sections.
         */
        get: operations["listMetricNames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/metrics/sections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListSections
         * @description List the namespaces of the float series that a project's runs have; `runs` (keys) is a comma-separated list.
         *
         *     With `x_metric` only those that can be drawn over it: in a run that has a value of it at their last step or before.
         *     `also` names metrics that are listed nevertheless: those whose charts have an axis of their own.
         */
        get: operations["listMetricSections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change
         * @description Tag, trash, restore or delete a portion of runs.
         */
        post: operations["changeRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * RunColumns
         * @description Get attributes of many runs as columns, for parallel coordinates and scatter charts.
         */
        post: operations["getRunColumns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * CompareRuns
         * @description Get a page of runs side by side: configuration, metrics, code, packages, system and files.
         */
        post: operations["compareRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * ExportRuns
         * @description Download a whole runs table as CSV or Parquet, sent while it is made.
         */
        post: operations["exportRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * GroupRuns
         * @description Get the groups that a table's runs fall into, and the mean, least and greatest value of columns over the runs of each.
         */
        post: operations["groupRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * RunKeys
         * @description List the keys of all runs that match a query, to work through them in portions.
         */
        post: operations["listRunKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * MediaGrid
         * @description Get the files or texts of several runs at chosen steps.
         */
        post: operations["getMediaGrid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * RankParameters
         * @description Get the parameters that vary, ranked by how much they say about a metric.
         */
        post: operations["rankParameters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * SearchRuns
         * @description Get one page of a runs table, as JSON or as Arrow (columns key, id, custom_run_id, name, state, c0, c1, …).
         */
        post: operations["searchRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Size
         * @description Tell what runs take, and what deleting them for good frees.
         */
        post: operations["measureRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/sparklines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sparklines
         * @description Get small pictures of the float series of some runs.
         */
        post: operations["getSparklines"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetRun
         * @description Get a run by short id, custom id or `key:<number>`.
         */
        get: operations["getRun"];
        put?: never;
        post?: never;
        /**
         * DeleteRun
         * @description Remove a trashed run for good.
         */
        delete: operations["deleteRun"];
        options?: never;
        head?: never;
        /**
         * PatchRun
         * @description Rename, describe, tag, trash or restore a run.
         */
        patch: operations["patchRun"];
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListAttributes
         * @description List a run's attributes by path; `types` is a comma-separated list.
         */
        get: operations["listRunAttributes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListFiles
         * @description Read a file series in step order; the bytes come from `files/content`.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/files/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * FileContent
         * @description Read a file attribute, or the file of a file series at `step`. Ranges and ETags work; `download` asks to save it.
         */
        get: operations["getFileContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/histograms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListHistograms
         * @description Read a histogram series: at most `limit` of them, evenly chosen.
         */
        get: operations["listHistograms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/logged-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListLoggedModels
         * @description List the models that a run logged, with their files.
         */
        get: operations["listRunLoggedModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListRunModels
         * @description List the versions of registered models that a run made.
         */
        get: operations["listRunModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/runs/{run_id}/strings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListStrings
         * @description Read a string series in step order, from the beginning, from a cursor, or its last `tail` points.
         */
        get: operations["listStrings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/series/buckets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Buckets
         * @description Reduce float series to buckets for a chart; JSON, or one Arrow table.
         */
        post: operations["getBuckets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/series/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Points
         * @description Read raw points as Arrow; the header `Trireme-Next-Cursor` continues.
         */
        post: operations["getPoints"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/series/points.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * PointsCsv
         * @description Download every point of some metrics of some runs as CSV, sent while it is read; `path` may be given several times.
         *
         *     `runs`: keys, separated by commas. `start`, `stop`: steps, both inclusive.
         */
        get: operations["exportPoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListTraces
         * @description List traces, newest first. `filter_text` is in the language of MLflow's `search_traces`; see docs/traces.md.
         */
        get: operations["listTraces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/traces/{trace_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetTrace
         * @description Give a trace with its spans, as far as they have come.
         */
        get: operations["getTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        get: operations["listViews"];
        put?: never;
        /**
         * CreateView
         * @description Save a view.
         */
        post: operations["createView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{workspace}/{name}/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetView
         * @description Get a view.
         */
        get: operations["getView"];
        put?: never;
        post?: never;
        /**
         * DeleteView
         * @description Remove a trashed view for good.
         */
        delete: operations["deleteView"];
        options?: never;
        head?: never;
        /**
         * PatchView
         * @description Rename, share, change, trash or restore a view.
         */
        patch: operations["patchView"];
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * CreateRun
         * @description Make a run, or find it: 201 made, 200 found.
         */
        post: operations["createRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Heartbeat
         * @description Say that a run (its custom id) still runs.
         */
        post: operations["heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asynccallable
         * @description Wrap a given callable to be called in a thread pool using
         *     ``anyio.to_thread.run_sync``, keeping a reference to the original callable as
         *     :attr:`func`
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * CreateToken
         * @description Make a token; its text is shown this once. `neptune` is the same token in the form that Neptune's clients take.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * RevokeToken
         * @description Make a token useless, and every session that it began.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ResolveView
         * @description Get a view by its id alone: what a short link needs.
         */
        get: operations["resolveView"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Ancestor */
        Ancestor: {
            key: number;
            id: string;
            custom_run_id: string;
            name: string;
            step: number;
        };
        /** AttributeName */
        AttributeName: {
            path: string;
            /** @enum {string} */
            type: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series";
        };
        /** AttributeNamePage */
        AttributeNamePage: {
            attributes: components["schemas"]["AttributeName"][];
            next_cursor: string | null;
            total: number;
        };
        /** AttributeValue */
        AttributeValue: {
            /** @enum {string} */
            type: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series";
            value: number | boolean | string | string[] | components["schemas"]["FileValue"] | null;
            runs: number;
        };
        /** AttributeValues */
        AttributeValues: {
            values: components["schemas"]["AttributeValue"][];
            total: number;
            low: number | null;
            high: number | null;
        };
        /** BucketRequest */
        BucketRequest: {
            series: components["schemas"]["SeriesKey"][];
            /**
             * @default step
             * @enum {string}
             */
            x?: "step" | "relative" | "time" | "metric";
            /** @default  */
            x_metric?: string;
            /** @default false */
            log?: boolean;
            start?: number | null;
            stop?: number | null;
            /** @default 1000 */
            buckets?: number;
            /** @default true */
            inherited?: boolean;
        };
        /** Buckets */
        Buckets: {
            series: components["schemas"]["SeriesBuckets"][];
        };
        /** BulkRequest */
        BulkRequest: {
            keys: number[];
            change: components["schemas"]["TagChange"] | components["schemas"]["Trash"] | components["schemas"]["Restore"] | components["schemas"]["Purge"];
        };
        /** BulkResult */
        BulkResult: {
            changed: number[];
            refused: components["schemas"]["RefusedRun"][];
            /** @default 0 */
            freed_bytes?: number;
        };
        /**
         * ChartSettings
         * @default {}
         */
        ChartSettings: {
            /** @enum {null|string} */
            axis?: "step" | "relative" | "time" | null;
            log_x?: boolean | null;
            log_y?: boolean | null;
            smoothing?: number | null;
            clip?: boolean | null;
        };
        /** ChartWidget */
        ChartWidget: {
            metrics?: string[];
            /** @default  */
            pattern?: string;
            settings?: components["schemas"]["ChartSettings"];
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "chart";
        };
        /** Column */
        Column: {
            path: string;
            /** @enum {null|string} */
            type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            /** @enum {null|string} */
            aggregate?: "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step" | null;
            at_step?: number | null;
        };
        /** ColumnsRequest */
        ColumnsRequest: {
            select: components["schemas"]["RunSelection"];
            columns: components["schemas"]["Column"][];
            /** @default 10000 */
            limit?: number;
        };
        /** ComparedRow */
        ComparedRow: {
            /** @enum {string} */
            section: "columns" | "config" | "metrics" | "code" | "packages" | "system" | "files" | "run";
            path: string;
            differs: boolean;
            runs: number;
            values: (number | boolean | string | string[] | components["schemas"]["FileValue"] | null)[];
            /** @enum {null|string} */
            type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            /** @enum {null|string} */
            aggregate?: "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step" | null;
            points?: (components["schemas"]["SeriesEnd"] | null)[] | null;
            types?: ("float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null)[] | null;
        };
        /** ComparedSection */
        ComparedSection: {
            /** @enum {string} */
            name: "columns" | "config" | "metrics" | "code" | "packages" | "system" | "files" | "run";
            total: number;
            differing: number;
        };
        /** Comparison */
        Comparison: {
            rows: components["schemas"]["ComparedRow"][];
            total: number;
            sections: components["schemas"]["ComparedSection"][];
            differing: number[] | null;
            unrecorded: number[];
        };
        /** ComparisonRequest */
        ComparisonRequest: {
            runs: number[];
            /** @default  */
            regex?: string;
            /** @default false */
            differing_only?: boolean;
            aggregates?: ("last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step")[];
            first?: components["schemas"]["Column"][];
            /** @default 0 */
            offset?: number;
            /** @default 100 */
            limit?: number;
            /** @default false */
            positions?: boolean;
        };
        /** Dashboard */
        Dashboard: {
            id: string;
            workspace: string;
            project: string;
            name: string;
            owner: string;
            mine: boolean;
            shared: boolean;
            version: number;
            created_at: string;
            updated_at: string;
            updated_by: string;
            trashed: boolean;
            layout: components["schemas"]["Layout"];
        };
        /** DashboardCreate */
        DashboardCreate: {
            name: string;
            layout: components["schemas"]["Layout"];
            /** @default false */
            shared?: boolean;
        };
        /** DashboardList */
        DashboardList: {
            dashboards: components["schemas"]["SavedInfo"][];
        };
        /** DashboardPatch */
        DashboardPatch: {
            version: number;
            name?: string | null;
            shared?: boolean | null;
            layout?: components["schemas"]["Layout"] | null;
            trashed?: boolean | null;
        };
        /** DefaultView */
        DefaultView: {
            view: string | null;
        };
        /** ExportRequest */
        ExportRequest: {
            /** @enum {null|string} */
            format?: "csv" | "parquet" | null;
            /** @default  */
            query?: string;
            columns?: components["schemas"]["Column"][];
            sort?: components["schemas"]["Sort"] | null;
            /** @default false */
            trashed?: boolean;
            /** @default false */
            experiments?: boolean;
            within?: components["schemas"]["Member"][];
            runs?: number[] | null;
        };
        /** FilePage */
        FilePage: {
            points: components["schemas"]["FilePoint"][];
            total: number;
            next_cursor: string | null;
        };
        /** FilePoint */
        FilePoint: {
            step: number;
            timestamp: string;
            file: components["schemas"]["FileValue"];
        };
        /** FileValue */
        FileValue: {
            sha256: string;
            size: number;
            mime: string;
            name: string;
        };
        /** Fork */
        Fork: {
            parent: string;
            step?: number | null;
        };
        /** Group */
        Group: {
            /** @enum {null|string} */
            type: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            value: number | boolean | string | string[] | components["schemas"]["FileValue"] | null;
            runs: number;
            first: number;
            cells: (components["schemas"]["Statistics"] | null)[];
        };
        /** GroupRequest */
        GroupRequest: {
            by?: components["schemas"]["Column"] | null;
            /** @default  */
            query?: string;
            columns?: components["schemas"]["Column"][];
            sort?: components["schemas"]["Sort"] | null;
            /** @default 50 */
            limit?: number;
            /** @default 0 */
            offset?: number;
            /** @default false */
            trashed?: boolean;
            /** @default false */
            experiments?: boolean;
            within?: components["schemas"]["Member"][];
        };
        /** Groups */
        Groups: {
            groups: components["schemas"]["Group"][];
            total: number;
            runs: number;
        };
        /** HistogramPage */
        HistogramPage: {
            points: components["schemas"]["HistogramPoint"][];
            total: number;
        };
        /** HistogramPoint */
        HistogramPoint: {
            step: number;
            timestamp: string;
            edges: number[];
            values: number[];
            density: boolean;
        };
        /** ImageWidget */
        ImageWidget: {
            path: string;
            step?: number | null;
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "image";
        };
        /** Info */
        Info: {
            version: string;
            mode: string;
            user: components["schemas"]["User"];
            data_dir: string;
            time_ms: number;
        };
        /** IngestAnswer */
        IngestAnswer: {
            committed: number;
            rejections: components["schemas"]["Rejection"][];
            run: number;
            run_id: string;
        };
        /** Layout */
        Layout: {
            sections: components["schemas"]["Section"][];
        };
        /** LoggedModel */
        LoggedModel: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "pending" | "ready" | "failed";
            created_at: string;
            files: components["schemas"]["ModelFile"][];
        };
        /** MediaGrid */
        MediaGrid: {
            steps: number[];
            total_steps: number;
            rows: components["schemas"]["MediaRow"][];
        };
        /** MediaRequest */
        MediaRequest: {
            runs: number[];
            path: string;
            steps?: number[] | null;
        };
        /** MediaRow */
        MediaRow: {
            run: number;
            total: number;
            cells: (components["schemas"]["Medium"] | null)[];
        };
        /** Medium */
        Medium: {
            step: number | null;
            file?: components["schemas"]["FileValue"] | null;
            text?: string | null;
        };
        /** Member */
        Member: {
            by: components["schemas"]["Column"];
            /** @enum {null|string} */
            type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            value?: number | boolean | string | string[] | components["schemas"]["FileValue"] | null;
        };
        /** MetricFamilies */
        MetricFamilies: {
            families: components["schemas"]["MetricFamily"][];
            total: number;
            next_cursor: string | null;
        };
        /** MetricFamily */
        MetricFamily: {
            captures: string[];
            names: string[];
            total: number;
        };
        /** MetricNames */
        MetricNames: {
            names: string[];
            total: number;
        };
        /** MetricSection */
        MetricSection: {
            name: string;
            metrics: number;
        };
        /** MetricSections */
        MetricSections: {
            sections: components["schemas"]["MetricSection"][];
            total: number;
            metrics: number;
        };
        /** MetricWidget */
        MetricWidget: {
            path: string;
            /**
             * @default last
             * @enum {string}
             */
            aggregate?: "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step";
            /**
             * @default each
             * @enum {string}
             */
            across?: "each" | "min" | "max" | "mean";
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "metric";
        };
        /** Model */
        Model: {
            name: string;
            description: string;
            owner: string;
            created_at: string;
            updated_at: string;
            tags: {
                [key: string]: string;
            };
            aliases: {
                [key: string]: number;
            };
            version_count: number;
            last_version: number | null;
            /** @default false */
            prompt?: boolean;
        };
        /** ModelCreate */
        ModelCreate: {
            name: string;
            /** @default  */
            description?: string;
            tags?: {
                [key: string]: string;
            };
        };
        /** ModelFile */
        ModelFile: {
            path: string;
            size: number;
            mime: string;
        };
        /** ModelFiles */
        ModelFiles: {
            files: components["schemas"]["ModelFile"][];
            total: number;
            kept_at: string | null;
        };
        /** ModelMeasurement */
        ModelMeasurement: {
            key: string;
            value: number | ("NaN" | "Infinity" | "-Infinity");
            step: number;
            /** @default  */
            dataset?: string;
        };
        /** ModelPage */
        ModelPage: {
            models: components["schemas"]["Model"][];
            next_cursor: string | null;
        };
        /** ModelPatch */
        ModelPatch: {
            name?: string | null;
            description?: string | null;
            tags?: {
                [key: string]: string | null;
            };
            aliases?: {
                [key: string]: number | null;
            };
        };
        /** ModelVersion */
        ModelVersion: {
            model: string;
            version: number;
            description: string;
            owner: string;
            /** @enum {string} */
            stage: "None" | "Staging" | "Production" | "Archived";
            source: string;
            created_at: string;
            updated_at: string;
            tags: {
                [key: string]: string;
            };
            aliases: string[];
            run: components["schemas"]["VersionRun"] | null;
            run_link: string;
        };
        /** ModelVersionCreate */
        ModelVersionCreate: {
            project: string;
            run: string;
            /** @default  */
            path?: string;
            logged_model?: string | null;
            /** @default  */
            description?: string;
            tags?: {
                [key: string]: string;
            };
        };
        /** ModelVersionDetail */
        ModelVersionDetail: {
            version: components["schemas"]["ModelVersion"];
            params: {
                [key: string]: string;
            };
            metrics: components["schemas"]["ModelMeasurement"][];
        };
        /** ModelVersionPage */
        ModelVersionPage: {
            versions: components["schemas"]["ModelVersion"][];
            next_cursor: string | null;
        };
        /** ModelVersionPatch */
        ModelVersionPatch: {
            description?: string | null;
            /** @enum {null|string} */
            stage?: "None" | "Staging" | "Production" | "Archived" | null;
            /** @default false */
            archive_others?: boolean;
            tags?: {
                [key: string]: string | null;
            };
        };
        /** NamedRuns */
        NamedRuns: {
            keys: number[];
        };
        /** NewToken */
        NewToken: {
            token: string;
            neptune: string;
        };
        /** NonFiniteBucket */
        NonFiniteBucket: {
            index: number;
            nan: number;
            pos_inf: number;
            neg_inf: number;
        };
        /** ParallelWidget */
        ParallelWidget: {
            columns?: components["schemas"]["Column"][];
            color?: components["schemas"]["Column"] | null;
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "parallel";
        };
        /** Parameter */
        Parameter: {
            path: string;
            /** @enum {string} */
            type: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series";
            /** @enum {string} */
            kind: "number" | "time" | "category";
            runs: number;
            distinct: number;
            importance: number | null;
            p_value: number | null;
            correlation: number | null;
            groups: components["schemas"]["ParameterGroup"][];
        };
        /** ParameterGroup */
        ParameterGroup: {
            label: string | null;
            low: number | ("NaN" | "Infinity" | "-Infinity") | null;
            high: number | ("NaN" | "Infinity" | "-Infinity") | null;
            runs: number;
            quartiles: number[] | null;
        };
        /** Parameters */
        Parameters: {
            parameters: components["schemas"]["Parameter"][];
            runs: number;
            total: number;
            metric_runs: number;
            varying: number;
            constant: number;
        };
        /** ParametersRequest */
        ParametersRequest: {
            select: components["schemas"]["RunSelection"];
            metric?: components["schemas"]["Column"] | null;
            /** @default  */
            regex?: string;
            /** @default 50 */
            limit?: number;
        };
        /** Place */
        Place: {
            workspace: string;
            name: string;
            run: string | null;
        };
        /** PointRequest */
        PointRequest: {
            series: components["schemas"]["SeriesKey"][];
            start?: number | null;
            stop?: number | null;
            /** @default 1000000 */
            limit?: number;
            cursor?: string | null;
        };
        /** Project */
        Project: {
            workspace: string;
            name: string;
            key: string;
            description: string;
            created_at: string;
            run_count: number;
            last_activity_at: string | null;
        };
        /** ProjectCreate */
        ProjectCreate: {
            name: string;
            /** @default default */
            workspace?: string;
            key?: string | null;
            /** @default  */
            description?: string;
        };
        /** ProjectPage */
        ProjectPage: {
            projects: components["schemas"]["Project"][];
            next_cursor: string | null;
        };
        /** ProjectPatch */
        ProjectPatch: {
            description?: string | null;
        };
        /** Purge */
        Purge: {
            /** @constant */
            kind: "delete";
        };
        /** RefusedRun */
        RefusedRun: {
            key: number;
            id: string;
            reason: string;
        };
        /** Rejection */
        Rejection: {
            unit: number;
            path: string;
            code: string;
            message: string;
            /** @default 1 */
            count?: number;
        };
        /** Restore */
        Restore: {
            /** @constant */
            kind: "restore";
        };
        /** Row */
        Row: {
            key: number;
            id: string;
            custom_run_id: string;
            name: string;
            state: string;
            values: (number | boolean | string | string[] | components["schemas"]["FileValue"] | null)[];
            heard_at?: string | null;
        };
        /** Run */
        Run: {
            key: number;
            id: string;
            project: string;
            custom_run_id: string;
            name: string;
            /** @enum {string} */
            state: "running" | "finished" | "failed" | "aborted" | "stale" | "idle";
            owner: string;
            description: string;
            tags: string[];
            created_at: string;
            modified_at: string;
            heard_at: string;
            trashed: boolean;
            /** @default false */
            existed?: boolean;
            experiment?: string | null;
            lineage?: components["schemas"]["Ancestor"][];
            forks?: components["schemas"]["Ancestor"][];
        };
        /** RunAttribute */
        RunAttribute: {
            path: string;
            /** @enum {string} */
            type: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series";
            value?: number | boolean | string | string[] | components["schemas"]["FileValue"] | null;
            summary?: components["schemas"]["SeriesSummary"] | null;
        };
        /** RunAttributePage */
        RunAttributePage: {
            attributes: components["schemas"]["RunAttribute"][];
            next_cursor: string | null;
        };
        /** RunColumn */
        RunColumn: {
            /** @enum {string} */
            kind: "number" | "time" | "category";
            numbers?: (number | ("NaN" | "Infinity" | "-Infinity") | null)[];
            codes?: number[];
            levels?: string[];
        };
        /** RunColumns */
        RunColumns: {
            runs: number[];
            ids: string[];
            names: string[];
            columns: components["schemas"]["RunColumn"][];
            total: number;
        };
        /** RunCreate */
        RunCreate: {
            project: string;
            custom_run_id?: string | null;
            name?: string | null;
            tags?: string[];
            created_at?: string | null;
            /**
             * @default allow
             * @enum {string}
             */
            resume?: "allow" | "must" | "never";
            experiment?: string | null;
            fork?: components["schemas"]["Fork"] | null;
            /** @default true */
            inherit?: boolean;
            /** @default true */
            revive?: boolean;
        };
        /** RunKeys */
        RunKeys: {
            keys: number[];
        };
        /** RunKeysRequest */
        RunKeysRequest: {
            /** @default  */
            query?: string;
            /** @default false */
            trashed?: boolean;
            /** @default false */
            experiments?: boolean;
        };
        /** RunLoggedModels */
        RunLoggedModels: {
            models: components["schemas"]["LoggedModel"][];
        };
        /** RunModels */
        RunModels: {
            versions: components["schemas"]["ModelVersion"][];
        };
        /** RunPatch */
        RunPatch: {
            name?: string | null;
            description?: string | null;
            tags?: string[] | null;
            trashed?: boolean | null;
        };
        /** RunSelection */
        RunSelection: {
            /** @default  */
            query?: string;
            /** @default false */
            experiments?: boolean;
            sort?: components["schemas"]["Sort"] | null;
            runs?: number[] | null;
        };
        /** RunsSize */
        RunsSize: {
            runs: number;
            points: number;
            files: number;
            file_bytes: number;
            freed_bytes: number;
        };
        /** SavedInfo */
        SavedInfo: {
            id: string;
            workspace: string;
            project: string;
            name: string;
            owner: string;
            mine: boolean;
            shared: boolean;
            version: number;
            created_at: string;
            updated_at: string;
            updated_by: string;
            trashed: boolean;
        };
        /** Section */
        Section: {
            id: string;
            title: string;
            widgets: (components["schemas"]["ChartWidget"] | components["schemas"]["MetricWidget"] | components["schemas"]["TableWidget"] | components["schemas"]["ImageWidget"] | components["schemas"]["TextWidget"] | components["schemas"]["ParallelWidget"])[];
            /** @default false */
            closed?: boolean;
        };
        /** SeriesBuckets */
        SeriesBuckets: {
            run: number;
            path: string;
            raw: boolean;
            x: number[];
            min: (number | null)[];
            max: (number | null)[];
            mean: (number | null)[];
            count: number[];
            nonfinite: components["schemas"]["NonFiniteBucket"][];
            total: number;
            unplaced: number;
        };
        /** SeriesEnd */
        SeriesEnd: {
            count: number;
            last_step: number;
        };
        /** SeriesKey */
        SeriesKey: {
            run: number;
            path: string;
        };
        /** SeriesSummary */
        SeriesSummary: {
            count: number;
            last_step?: number | null;
            last?: number | string | null;
            first?: number | string | null;
            min?: number | string | null;
            max?: number | string | null;
            average?: number | string | null;
            variance?: number | string | null;
        };
        /** Sort */
        Sort: {
            path: string;
            /** @enum {null|string} */
            type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            /** @enum {null|string} */
            aggregate?: "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step" | null;
            at_step?: number | null;
            /**
             * @default desc
             * @enum {string}
             */
            direction?: "asc" | "desc";
        };
        /** Sparkline */
        Sparkline: {
            run: number;
            path: string;
            x: number[];
            mean: (number | null)[];
            min: (number | null)[];
            max: (number | null)[];
        };
        /** SparklineRequest */
        SparklineRequest: {
            runs: number[];
            paths: string[];
            /** @default 32 */
            buckets?: number;
        };
        /** Sparklines */
        Sparklines: {
            series: components["schemas"]["Sparkline"][];
        };
        /** Statistics */
        Statistics: {
            count: number;
            mean: number | null;
            min: number | null;
            max: number | null;
        };
        /** StringPage */
        StringPage: {
            points: components["schemas"]["StringPoint"][];
            total: number;
            next_cursor: string | null;
            previous_cursor: string | null;
        };
        /** StringPoint */
        StringPoint: {
            step: number;
            timestamp: string;
            value: string;
        };
        /** Table */
        Table: {
            rows: components["schemas"]["Row"][];
            total: number;
            length: number;
            next_cursor: string | null;
        };
        /** TableRequest */
        TableRequest: {
            /** @default  */
            query?: string;
            columns?: components["schemas"]["Column"][];
            sort?: components["schemas"]["Sort"] | null;
            /** @default 50 */
            limit?: number;
            cursor?: string | null;
            /** @default 0 */
            offset?: number;
            /** @default false */
            trashed?: boolean;
            /** @default false */
            experiments?: boolean;
            within?: components["schemas"]["Member"][];
            runs?: number[] | null;
            first?: number[];
        };
        /** TableWidget */
        TableWidget: {
            columns?: components["schemas"]["Column"][];
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "table";
        };
        /** TagChange */
        TagChange: {
            add?: string[];
            remove?: string[];
            /** @constant */
            kind: "tag";
        };
        /** TextWidget */
        TextWidget: {
            /** @default  */
            text?: string;
            id: string;
            x: number;
            y: number;
            w: number;
            h: number;
            /** @default  */
            title?: string;
            /** @constant */
            kind: "text";
        };
        /** Token */
        Token: {
            id: number;
            name: string;
            created_at: string;
        };
        /** TokenCreate */
        TokenCreate: {
            name: string;
        };
        /** Tokens */
        Tokens: {
            tokens: components["schemas"]["Token"][];
        };
        /** Trace */
        Trace: {
            id: string;
            name: string;
            /** @enum {string} */
            state: "OK" | "ERROR" | "IN_PROGRESS" | "STATE_UNSPECIFIED";
            started_at: string;
            duration_ms: number | null;
            request: string | null;
            response: string | null;
            session: string | null;
            user: string | null;
            tokens: number | null;
            cost: number | null;
            tags: {
                [key: string]: string;
            };
            assessments: components["schemas"]["TraceAssessment"][];
        };
        /** TraceAssessment */
        TraceAssessment: {
            id: string;
            kind: string;
            name: string;
            value: string;
            source_type: string;
            source_id: string;
            span_id: string | null;
            rationale: string | null;
            error: string | null;
            valid: boolean;
        };
        /** TraceDetail */
        TraceDetail: {
            trace: components["schemas"]["Trace"];
            metadata: {
                [key: string]: string;
            };
            spans: components["schemas"]["TraceSpan"][];
        };
        /** TraceEvent */
        TraceEvent: {
            name: string;
            at_ms: number;
            attributes: {
                [key: string]: string;
            };
        };
        /** TracePage */
        TracePage: {
            traces: components["schemas"]["Trace"][];
            next_cursor: string | null;
        };
        /** TraceSpan */
        TraceSpan: {
            id: string;
            parent_id: string | null;
            name: string;
            type: string;
            /** @enum {string} */
            status: "OK" | "ERROR" | "UNSET";
            message: string;
            start_ms: number;
            duration_ms: number | null;
            model: string | null;
            usage: {
                [key: string]: number;
            };
            attributes: {
                [key: string]: string;
            };
            events: components["schemas"]["TraceEvent"][];
        };
        /** Trash */
        Trash: {
            /** @constant */
            kind: "trash";
        };
        /** User */
        User: {
            name: string;
        };
        /** VersionRun */
        VersionRun: {
            project: string;
            key: number;
            id: string;
            name: string;
            /** @enum {string} */
            state: "running" | "finished" | "failed" | "aborted" | "stale" | "idle" | "scheduled";
            trashed: boolean;
        };
        /** View */
        View: {
            id: string;
            workspace: string;
            project: string;
            name: string;
            owner: string;
            mine: boolean;
            shared: boolean;
            version: number;
            created_at: string;
            updated_at: string;
            updated_by: string;
            trashed: boolean;
            state: {
                [key: string]: string;
            };
        };
        /** ViewCreate */
        ViewCreate: {
            name: string;
            state: {
                [key: string]: string;
            };
            /** @default false */
            shared?: boolean;
        };
        /** ViewList */
        ViewList: {
            views: components["schemas"]["SavedInfo"][];
            default: string | null;
        };
        /** ViewPatch */
        ViewPatch: {
            version: number;
            name?: string | null;
            shared?: boolean | null;
            state?: {
                [key: string]: string;
            } | null;
            trashed?: boolean | null;
        };
        /** WriterState */
        WriterState: {
            committed: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    putBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    headBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Info"];
                };
            };
        };
    };
    ingest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
        };
    };
    getWriter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                writer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriterState"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getLoggedModelFileContent: {
        parameters: {
            query: {
                download?: boolean;
                path: string;
            };
            header?: never;
            path: {
                logged: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getMlflowExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getMlflowRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                prompts?: boolean;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createModel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    deleteModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listModelVersions: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelVersionCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionDetail"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    deleteModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelVersionPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listModelFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelFiles"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getModelFileContent: {
        parameters: {
            query: {
                download?: boolean;
                path: string;
            };
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listAttributeNames: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                regex?: string;
                runs?: string;
                types?: string;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttributeNamePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listAttributeValues: {
        parameters: {
            query: {
                limit?: number;
                path: string;
                search?: string;
                type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttributeValues"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listDashboards: {
        parameters: {
            query?: {
                trashed?: boolean;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardList"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dashboard_id: string;
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    deleteDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dashboard_id: string;
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dashboard_id: string;
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    setDefaultView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefaultView"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefaultView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listMetricFamilies: {
        parameters: {
            query: {
                cursor?: string | null;
                limit?: number;
                regex: string;
                runs?: string;
                x_metric?: string;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricFamilies"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listMetricNames: {
        parameters: {
            query?: {
                also?: string[] | null;
                limit?: number;
                offset?: number;
                regex?: string;
                runs?: string;
                section?: string;
                x_metric?: string;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricNames"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listMetricSections: {
        parameters: {
            query?: {
                also?: string[] | null;
                limit?: number;
                prefix?: string;
                regex?: string;
                runs?: string;
                x_metric?: string;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricSections"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    changeRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getRunColumns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ColumnsRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunColumns"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    compareRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ComparisonRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    exportRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportRequest"];
            };
        };
        responses: {
            /** @description Stream Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    groupRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Groups"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listRunKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunKeysRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunKeys"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getMediaGrid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MediaRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MediaGrid"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    rankParameters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParametersRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Parameters"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    searchRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TableRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    measureRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedRuns"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsSize"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getSparklines: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SparklineRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sparklines"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    deleteRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listRunAttributes: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
                prefix?: string;
                regex?: string;
                types?: string;
            };
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAttributePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listFiles: {
        parameters: {
            query: {
                cursor?: string | null;
                limit?: number;
                path: string;
            };
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getFileContent: {
        parameters: {
            query: {
                download?: boolean;
                path: string;
                step?: number | null;
            };
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listHistograms: {
        parameters: {
            query: {
                limit?: number;
                path: string;
            };
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistogramPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listRunLoggedModels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunLoggedModels"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listRunModels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunModels"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listStrings: {
        parameters: {
            query: {
                cursor?: string | null;
                limit?: number;
                path: string;
                tail?: number;
            };
            header?: never;
            path: {
                name: string;
                run_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StringPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getBuckets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BucketRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Buckets"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getPoints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PointRequest"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    exportPoints: {
        parameters: {
            query: {
                path: string[];
                runs: string;
                start?: number | null;
                stop?: number | null;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stream Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listTraces: {
        parameters: {
            query?: {
                cursor?: string | null;
                filter_text?: string;
                limit?: number;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TracePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                trace_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceDetail"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listViews: {
        parameters: {
            query?: {
                trashed?: boolean;
            };
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    getView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                view_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    deleteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                view_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    patchView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                view_id: string;
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewPatch"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    createRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    heartbeat: {
        parameters: {
            query: {
                project: string;
                run: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenCreate"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
    resolveView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status_code: number;
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                    };
                };
            };
        };
    };
}
