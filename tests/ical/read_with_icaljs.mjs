// Reads feeds with ical.js, the parser of Thunderbird. Each line on standard input is a feed as a JSON string; the answer
// is one JSON line: what the calendar is called and what each of its events says.
// The first argument is the path of the ical.js module.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]).href);

function readEvent(component) {
  const text = (name) => component.getFirstPropertyValue(name) ?? "";
  const instant = (name) => component.getFirstPropertyValue(name).toJSDate().toISOString();
  return {
    uid: text("uid"),
    summary: text("summary"),
    description: text("description"),
    location: text("location"),
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    start: instant("dtstart"),
    end: instant("dtend"),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(line)));
  const answer = {
    name: calendar.getFirstPropertyValue("name"),
    old_name: calendar.getFirstPropertyValue("x-wr-calname"),
    events: calendar.getAllSubcomponents("vevent").map(readEvent),
  };
  process.stdout.write(JSON.stringify(answer) + "\n");
}
