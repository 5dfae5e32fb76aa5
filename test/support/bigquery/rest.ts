import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';

/** Google's own names of what goes over the wire: a misspelt field would be an error of types. */
export type Job = bigquery.default.IJob;
export type JobConfiguration = bigquery.default.IJobConfiguration;
export type Query = bigquery.default.IJobConfigurationQuery;
export type Load = bigquery.default.IJobConfigurationLoad;
export type JobStatistics = bigquery.default.IJobStatistics;
export type JobList = bigquery.default.IJobList;
export type Dataset = bigquery.default.IDataset;
export type Table = bigquery.default.ITable;
export type TableField = bigquery.default.ITableFieldSchema;
export type TableRow = bigquery.default.ITableRow;
export type QueryParameter = bigquery.default.IQueryParameter;
export type QueryParameterType = bigquery.default.IQueryParameterType;
export type QueryParameterValue = bigquery.default.IQueryParameterValue;
export type QueryResults = bigquery.default.IGetQueryResultsResponse;
