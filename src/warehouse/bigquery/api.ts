import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';

/** The resources of BigQuery's API (v2), as the client generates them from Google's discovery document. */
export type Dataset = bigquery.default.IDataset;
export type Job = bigquery.default.IJob;
export type JobConfiguration = bigquery.default.IJobConfiguration;
export type JobList = bigquery.default.IJobList;
export type QueryParameter = bigquery.default.IQueryParameter;
export type QueryParameterType = bigquery.default.IQueryParameterType;
export type QueryResults = bigquery.default.IGetQueryResultsResponse;
export type TableResource = bigquery.default.ITable;
export type TableField = bigquery.default.ITableFieldSchema;
