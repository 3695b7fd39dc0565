// HubSpot's own client for Node, unmodified: every area that it shares with this project, and every route that it has.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import hubspotClient from "@hubspot/api-client";

const AREAS = ["automation", "crm", "oauth", "settings"];

export async function checkHubSpot({ url, token, left_out: leftOut }) {
  const client = new hubspotClient.Client({ accessToken: token, basePath: url });
  const ask = async (method, at, body) => {
    const answer = await client.apiRequest({ method, path: at, body });
    const text = await answer.text();
    const json = (answer.headers.get("content-type") ?? "").includes("json");
    return { status: answer.status, body: json ? JSON.parse(text) : text };
  };
  await checkProperties(client, ask);
  await checkPipelines(client);
  const people = await checkRecords(client);
  await checkLists(client, ask, people);
  await checkFlows(ask);
  await checkSchemas(client);
  await checkAssociations(client, people);
  await checkPeople(client);
  await client.crm.properties.coreApi.archive("contacts", "trial_seats");
  return checkRoutes(ask, leftOut);
}

async function checkProperties(client, ask) {
  const { coreApi, groupsApi, batchApi } = client.crm.properties;
  const group = await groupsApi.create("contacts", { name: "trials", label: "Trials", displayOrder: -1 });
  assert.equal(group.name, "trials");
  assert.equal((await groupsApi.update("contacts", "trials", { label: "Trial" })).label, "Trial");
  const property = { name: "trial_seats", label: "Trial seats", type: "number", fieldType: "number", groupName: "trials" };
  assert.equal((await coreApi.create("contacts", property)).name, "trial_seats");
  const refused = await coreApi.create("contacts", property).catch((error) => error);
  assert.equal(refused.code, 409);
  assert.equal(refused.body.category, "OBJECT_ALREADY_EXISTS");
  const inputs = ["first", "second"].map((name) => ({ ...property, name }));
  assert.equal((await batchApi.create("contacts", { inputs })).results.length, 2);
  const read = await batchApi.read("contacts", { inputs: [{ name: "first" }, { name: "nowhere" }], archived: false });
  assert.deepEqual([read.results.length, read.numErrors], [1, 1]);
  await batchApi.archive("contacts", { inputs: [{ name: "first" }, { name: "second" }] });
  assert.equal((await coreApi.getByName("contacts", "first", true)).archived, true);

  const rule = "/crm/v3/property-validations/contacts/trial_seats/rule-type/MAX_NUMBER";
  assert.equal((await ask("PUT", rule, { ruleArguments: ["500"], shouldApplyNormalization: false })).status, 204);
  assert.deepEqual((await ask("GET", rule)).body.ruleArguments, ["500"]);
}

async function checkPipelines(client) {
  const { pipelinesApi, pipelineStagesApi } = client.crm.pipelines;
  const stages = [{ label: "Open", displayOrder: 0, metadata: { probability: "0.5" } }];
  const pipeline = await pipelinesApi.create("deals", { label: "Trials", displayOrder: 1, stages });
  assert.equal(pipeline.stages[0].metadata.isClosed, "false");
  const won = { label: "Won", displayOrder: 0, metadata: { probability: "1.0" } };
  const stage = await pipelineStagesApi.create("deals", pipeline.id, won);
  assert.equal(stage.metadata.isClosed, "true");
  const listed = await pipelineStagesApi.getAll("deals", pipeline.id);
  assert.deepEqual(listed.results.map((one) => one.displayOrder), [0, 1], "a taken slot puts the stage behind its holder");
  await pipelineStagesApi.archive("deals", pipeline.id, stage.id);
  await pipelinesApi.archive("deals", pipeline.id);
}

async function checkRecords(client) {
  const { basicApi, batchApi, searchApi } = client.crm.contacts;
  const ann = await basicApi.create({ properties: { email: "ann@example.com", trial_seats: "12" }, associations: [] });
  const inputs = ["bo", "cy"].map((name) => ({ properties: { email: `${name}@example.com` }, associations: [] }));
  const made = await batchApi.create({ inputs });
  const [bo, cy] = made.results.map((one) => one.id);
  const put = await batchApi.upsert({ inputs: [{ idProperty: "email", id: "bo@example.com", properties: { jobtitle: "Buyer" } }] });
  assert.deepEqual([put.results[0].id, put.results[0]._new], [bo, false]);
  const read = await batchApi.read({ inputs: [{ id: ann.id }], properties: ["trial_seats"], propertiesWithHistory: [] });
  assert.equal(read.results[0].properties.trial_seats, "12");
  const filters = [{ propertyName: "trial_seats", operator: "GTE", value: "10" }];
  const found = await searchApi.doSearch({ filterGroups: [{ filters }], limit: 10 });
  assert.equal(found.total, 1);
  const merged = await basicApi.merge({ primaryObjectId: bo, objectIdToMerge: cy });
  assert.equal((await basicApi.getById(cy)).id, merged.id);
  const company = await client.crm.companies.basicApi.create({ properties: { name: "Acme" }, associations: [] });
  return { contact: ann.id, company: company.id };
}

async function checkLists(client, ask, { contact }) {
  const { listsApi, membershipsApi, foldersApi, mappingApi } = client.crm.lists;
  const { folder } = await foldersApi.create({ name: "Trials" });
  const { list } = await listsApi.create({ name: "Trials", objectTypeId: "0-1", processingType: "MANUAL" });
  await foldersApi.moveList({ listId: list.listId, newFolderId: String(folder.id) });
  assert.deepEqual((await foldersApi.getAll(String(folder.id))).folder.childLists, [Number(list.listId)]);
  await membershipsApi.add(list.listId, [contact]);
  assert.deepEqual((await membershipsApi.getPage(list.listId)).results.map((one) => one.recordId), [contact]);
  assert.equal((await listsApi.getByName("Trials", "0-1")).list.listId, list.listId);
  assert.deepEqual((await mappingApi.translateLegacyListIdToListIdBatch(["7"])).missingLegacyListIds, ["7"]);

  const operation = { operationType: "ALL_PROPERTY", operator: "IS_KNOWN", includeObjectsWithNoValueSet: false };
  const filters = [{ filterType: "PROPERTY", property: "trial_seats", operation }];
  const and = { filterBranchType: "AND", filterBranchOperator: "AND", filters, filterBranches: [] };
  const filterBranch = { filterBranchType: "OR", filterBranchOperator: "OR", filters: [], filterBranches: [and] };
  const body = { name: "With seats", objectTypeId: "0-1", processingType: "DYNAMIC", filterBranch };
  const active = (await ask("POST", "/crm/v3/lists", body)).body.list;
  assert.equal(active.size, 1);
  const day = { conversionType: "CONVERSION_DATE", year: 2099, month: 12, day: 24 };
  const scheduled = await listsApi.scheduleOrUpdateConversion(active.listId, day);
  assert.equal(scheduled.listId, active.listId);
  await listsApi.cancelConversion(active.listId);
  await listsApi.remove(active.listId);
  await listsApi.restore(active.listId);
  await listsApi.remove(active.listId);
}

async function checkFlows(ask) {
  const actions = [
    {
      actionId: "1",
      actionTypeId: "0-1",
      actionTypeVersion: 0,
      type: "SINGLE_CONNECTION",
      fields: { delta: "1", time_unit: "DAYS" },
    },
  ];
  const flow = {
    type: "CONTACT_FLOW",
    flowType: "WORKFLOW",
    objectTypeId: "0-1",
    name: "Wait",
    isEnabled: false,
    startActionId: "1",
    nextAvailableActionId: "2",
    actions,
    enrollmentCriteria: { type: "MANUAL", shouldReEnroll: false },
    timeWindows: [],
    blockedDates: [],
    customProperties: {},
    dataSources: [],
    suppressionListIds: [],
    canEnrollFromSalesforce: false,
  };
  const made = await ask("POST", "/automation/v4/flows", flow);
  assert.equal(made.body.revisionId, "1", JSON.stringify(made.body));
  const at = `/automation/v4/flows/${made.body.id}`;
  const { objectTypeId, flowType, dataSources, ...body } = { ...flow, name: "Wait a day", revisionId: "1" };
  assert.equal((await ask("PUT", at, body)).body.revisionId, "2");
  assert.equal((await ask("PUT", at, body)).status, 409, "the revision is an old one");
  assert.equal((await ask("DELETE", at)).status, 204);
}

async function checkSchemas(client) {
  const serial = { name: "serial", label: "Serial", type: "string", fieldType: "text", groupName: "machine_information" };
  const machine = {
    name: "machine",
    labels: { singular: "Machine", plural: "Machines" },
    primaryDisplayProperty: "serial",
    requiredProperties: ["serial"],
    properties: [serial],
    associatedObjects: ["CONTACT"],
  };
  const made = await client.crm.schemas.coreApi.create(machine);
  assert.match(made.objectTypeId, /^2-\d+$/);
  assert.equal((await client.crm.schemas.coreApi.getById(made.fullyQualifiedName)).name, "machine");
  await client.crm.schemas.coreApi.archive(made.objectTypeId);
}

async function checkAssociations(client, { contact, company }) {
  const { basicApi, batchApi, schema } = client.crm.associations.v4;
  const label = { name: "decision_maker", label: "Decision maker", inverseLabel: "Decided by" };
  const made = await schema.definitionsApi.create("contacts", "companies", label);
  const typeId = made.results[0].typeId;
  const kind = { associationCategory: "USER_DEFINED", associationTypeId: typeId };
  await basicApi.create("contacts", contact, "companies", company, [kind]);
  const page = await batchApi.getPage("contacts", "companies", { inputs: [{ id: contact }] });
  const labels = page.results[0].to[0].associationTypes.map((one) => one.label);
  assert.ok(labels.includes("Decision maker"), JSON.stringify(labels));
  const named = await client.crm.associations.schema.typesApi.getAll("contacts", "companies");
  assert.ok(named.results.some((one) => one.name === "decision_maker"));
  await schema.definitionsApi.remove("contacts", "companies", typeId);
}

async function checkPeople(client) {
  const [owner] = (await client.crm.owners.ownersApi.getPage()).results;
  assert.equal((await client.crm.owners.ownersApi.getById(Number(owner.id))).email, owner.email);
  assert.ok((await client.settings.users.usersApi.getPage()).results.length);
}

/** Every route of the client answers, or is one of those that are left out by the start of their path. */
async function checkRoutes(ask, leftOut) {
  const routes = clientRoutes().filter(({ at }) => !leftOut.some((start) => at.startsWith(start)));
  assert.ok(routes.length > 140, `only ${routes.length} routes`);
  const missing = [];
  for (const { method, at } of routes) {
    const filled = at.replace(/\{(\w+)\}/g, (_, name) => (name.endsWith("bjectType") ? "deals" : "1"));
    const answer = await ask(method, filled, method === "GET" || method === "DELETE" ? undefined : {});
    const aPage = typeof answer.body === "string" && answer.status >= 400 && !at.includes("/pipelines/");
    const taken = String(answer.body.message).startsWith("Unable to parse value for path parameter");
    if (aPage || taken || answer.status >= 500) missing.push(`${method} ${at}: ${answer.status}`);
  }
  assert.deepEqual(missing, []);
  return routes.length;
}

function clientRoutes() {
  const main = createRequire(import.meta.url).resolve("@hubspot/api-client");
  const root = path.join(main.slice(0, main.indexOf("api-client") + "api-client".length), "lib", "codegen");
  const found = new Map();
  for (const file of readdirSync(root, { recursive: true })) {
    if (!/[\\/]apis[\\/].*\.js$/.test(file) || !AREAS.includes(file.split(path.sep)[0])) continue;
    const calls = /const localVarPath = '([^']+)'[\s\S]*?HttpMethod\.([A-Z]+)\)/g;
    for (const [, at, method] of readFileSync(path.join(root, file), "utf8").matchAll(calls)) {
      found.set(`${method} ${at}`, { method, at: at.replace(/\/$/, "") });
    }
  }
  return [...found.values()];
}
