import type { LocalEnvironment } from "./environment.ts";
import { SAMPLE_CHANNEL_NUMBER } from "./sample-organisation.ts";

/** The last line of the greeting. */
export const STOP_HINT = "Press Ctrl-C to stop.";

/** The text that `npm start` prints when everything runs: addresses, people, and commands that play a conversation. */
export const greeting = ({ addresses, organisation }: LocalEnvironment): string => {
  const { functions, phoneNetwork, identity } = addresses;
  const { settings, subjects, contacts } = organisation;
  const [agent] = organisation.agents;
  const [contact] = contacts;
  const token = `$(curl -s ${identity}/token -H "content-type: application/json" -d '{"subject":"${agent?.id}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  const handset = `${phoneNetwork}/phone?from=${contact?.mobilePhone}&to=${SAMPLE_CHANNEL_NUMBER}`;
  const numbers = (settings.channels ?? []).map(({ number, provider }) => `${number} (${provider})`);
  return `Hilo is running.

  Console          ${functions}/console/   (sign in as ${agent?.name}; there is no password)
  Handset          ${handset}

Text the company from the handset, and answer in the console.

  HTTP API         ${functions}/api        (health: ${functions}/api/health)
  Phones           ${phoneNetwork}
  Access tokens    ${identity}
  Live updates     ${addresses.webPubSub}
  Cosmos DB        ${addresses.cosmos}
  Service Bus      ${addresses.serviceBus}

  Company numbers  ${numbers.join(" · ")}
  Users            ${subjects.map(({ id, roles }) => `${id} (${roles.join(", ")})`).join(" · ")}
  Customers        ${contacts.map(({ mobilePhone, firstName }) => `${mobilePhone} ${firstName}`).join(" · ")}

To play a conversation between ${contact?.firstName} and ${agent?.name} without a browser, paste these commands one after the other:

# ${contact?.firstName} texts the company
curl -s ${phoneNetwork}/texts -H "content-type: application/json" \\
  -d '{"from":"${contact?.mobilePhone}","to":"${SAMPLE_CHANNEL_NUMBER}","text":"Hello, my tent leaks."}'

# ${agent?.name} lists the conversations offered to her
TOKEN=${token}
curl -s ${functions}/api/me/work-items -H "authorization: Bearer $TOKEN"

# ${agent?.name} accepts the conversation and replies
ID=$(curl -s ${functions}/api/me/work-items -H "authorization: Bearer $TOKEN" | sed 's/.*"id":"\\([0-9a-f.]*\\)".*/\\1/')
curl -s -X POST ${functions}/api/conversations/$ID/accept -H "authorization: Bearer $TOKEN"
curl -s ${functions}/api/conversations/$ID/replies -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" -d '{"text":"Sorry to hear that. Which model is it?"}'

# the texts on ${contact?.firstName}'s phone
curl -s ${phoneNetwork}/handsets/${contact?.mobilePhone}/texts

${STOP_HINT}`;
};
