import { type AnalyzeRequest, ZetaSQLClient } from '@fivetrandevelopers/zetasql';
import { LanguageFeature } from '@fivetrandevelopers/zetasql/lib/types/zetasql/LanguageFeature.js';

export type Language = NonNullable<NonNullable<AnalyzeRequest['options']>['languageOptions']>;

/**
 * BigQuery's dialect, as near as the analyser's switches come. Arrays can't be compared there, and grouped only in places
 * (https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_properties): here nowhere, so
 * that what passes here passes there.
 */
export async function language(): Promise<Language> {
  const most = await ZetaSQLClient.getInstance().getLanguageOptions({ maximumFeatures: true });
  const without: readonly unknown[] = [
    LanguageFeature.FEATURE_V_1_1_ARRAY_EQUALITY,
    LanguageFeature.FEATURE_V_1_2_GROUP_BY_ARRAY,
    LanguageFeature.FEATURE_V_1_2_GROUP_BY_STRUCT,
  ];
  const features = most?.enabledLanguageFeatures ?? [];
  return {
    nameResolutionMode: 'NAME_RESOLUTION_DEFAULT',
    productMode: 'PRODUCT_EXTERNAL',
    enabledLanguageFeatures: [
      ...features.filter((feature) => !without.includes(feature)),
      LanguageFeature.FEATURE_ALTER_COLUMN_SET_DATA_TYPE,
    ],
    // None named: all kinds of statements.
    supportedStatementKinds: [],
    reservedKeywords: ['QUALIFY'],
  };
}
