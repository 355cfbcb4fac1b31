/** What the local provider, the API and everyone who signs in have agreed on. */

export const CLIENT_ID = 'xinfang-console';
export const AUDIENCE = 'xinfang-api';
/** Names the API in a token request; a resource indicator has to be a URI. */
export const RESOURCE = 'urn:xinfang:api';
export const SCOPE = 'openid profile officer';
