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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
        /** BucketRequest */
        BucketRequest: {
            series: components["schemas"]["SeriesKey"][];
            /**
             * @default step
             * @enum {string}
             */
            x?: "step" | "relative" | "time";
            start?: number | null;
            stop?: number | null;
            /** @default 1000 */
            buckets?: number;
        };
        /** Buckets */
        Buckets: {
            series: components["schemas"]["SeriesBuckets"][];
        };
        /** Column */
        Column: {
            path: string;
            /** @enum {null|string} */
            type?: "float" | "int" | "string" | "bool" | "datetime" | "string_set" | "file" | "artifact" | "run_state" | "git_ref" | "notebook_ref" | "float_series" | "string_series" | "file_series" | "histogram_series" | "tensor_series" | null;
            /** @enum {null|string} */
            aggregate?: "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step" | null;
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
        /** NonFiniteBucket */
        NonFiniteBucket: {
            index: number;
            nan: number;
            pos_inf: number;
            neg_inf: number;
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
        /** Rejection */
        Rejection: {
            unit: number;
            path: string;
            code: string;
            message: string;
            /** @default 1 */
            count?: number;
        };
        /** Row */
        Row: {
            key: number;
            id: string;
            custom_run_id: string;
            name: string;
            state: string;
            values: (number | boolean | string | string[] | components["schemas"]["FileValue"] | null)[];
        };
        /** Run */
        Run: {
            key: number;
            id: string;
            project: string;
            custom_run_id: string;
            name: string;
            /** @enum {string} */
            state: "running" | "finished" | "failed" | "aborted" | "stale";
            owner: string;
            description: string;
            tags: string[];
            created_at: string;
            modified_at: string;
            trashed: boolean;
            /** @default false */
            existed?: boolean;
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
        };
        /** RunPatch */
        RunPatch: {
            name?: string | null;
            description?: string | null;
            tags?: string[] | null;
            trashed?: boolean | null;
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
            /**
             * @default desc
             * @enum {string}
             */
            direction?: "asc" | "desc";
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
        };
        /** User */
        User: {
            name: string;
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
}
