/** Parameters of Azure Storage that appear in URLs. They have no effect in the twin. */
const TASK_HUB = "LocalTaskHub";
const CONNECTION = "Storage";

/** The API key in URLs. The twin does not check it. */
const API_KEY = "code=local";

const webhookUrl = (baseUrl: string): string => `${baseUrl}/runtime/webhooks/durabletask`;

/**
 * The management URLs of one instance.
 * @param baseUrl - origin of the host, without a trailing slash.
 * @param instanceId - percent-encoded in the URLs, unchanged in the member `id`.
 */
export const managementUrls = (baseUrl: string, instanceId: string): Record<string, string> => {
  const instance = `${webhookUrl(baseUrl)}/instances/${encodeURIComponent(instanceId)}`;
  const query = `taskHub=${TASK_HUB}&connection=${CONNECTION}&${API_KEY}`;
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
};

/**
 * The JSON text of a `durableClient` input binding. Source: `BindingHelper.cs` of the Durable Functions extension.
 * @param baseUrl - origin of the host, without a trailing slash.
 */
export const clientBinding = (baseUrl: string): string => {
  const newInstance = `${webhookUrl(baseUrl)}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: TASK_HUB,
    creationUrls: {
      createNewInstancePostUri: `${newInstance}?${API_KEY}`,
      createAndWaitOnNewInstancePostUri: `${newInstance}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${API_KEY}`,
    },
    managementUrls: managementUrls(baseUrl, "INSTANCEID"),
    baseUrl: webhookUrl(baseUrl),
    requiredQueryStringParameters: API_KEY,
    rpcBaseUrl: `${baseUrl}/durabletask/`,
  });
};
