/**
 * The layouts of application logs, from the more to the less specific; see template.ts for the notation. Data only.
 * Names are part of dialects, so a layout that is in use keeps its name.
 *
 * What is taken for what: Monolog's channel (Laravel: the environment) is the logger; of Loguru's `module:function:line`
 * the module is; mongod's and Windows' component stays native; the number in glog's header is a thread. A time without a
 * date is the native `clock`; a level word that is not known is the native `x_level`.
 */

export interface TemplateSource {
  readonly name: string;
  readonly text: string;
  /** The message ends with ` (logger)`. */
  readonly tail?: 'logger';
  /** Least share of a sample's records that have to fit, for layouts that fit by chance; else 2 %. */
  readonly share?: number;
}

const source = (name: string, text: string, more: Partial<TemplateSource> = {}): TemplateSource => ({
  name,
  text,
  ...more,
});

/** Fits by chance: a first word with a colon, a class name, a last word in parentheses. */
const weak = { share: 0.5 };

/** Layouts that begin with the time, with or without a bracket before it. */
export const timeTemplates: readonly TemplateSource[] = [
  source('spring-named', '{time} {level} {pid} --- [{application:any}] [{thread}] {logger} : {message}'),
  source('spring', '{time} {level} {pid} --- [{thread}] {logger} : {message}'),
  source('spring-traced', '{time} {level} [{application:any}] {pid} --- [{thread}] {logger} : {message}'),
  source('loguru', '{time} | {level} | {logger}:{function:any}:{line} - {message}'),
  source('mongod', '{time} {level:letter} {component} [{thread}] {message}'),
  source('jvm-gc', '{time}: {uptime}: {message}'),
  source('elasticsearch', '[{time}][{level}~][{logger:any}]~[{node:any}] {message}'),
  source('jvm', '[{time}]([{uptime}s])?[{level}~][{logger:any}] {message}'),
  source('envoy', '[{time}][{pid}][{level}][{logger:any}] [{source:any}] {message}'),
  source('monolog', '[{time}] {logger}.{level}: {message}'),
  source('php', '[{time}] PHP {level:phrase}:  {message}'),
  source('celery', '[{time}: {level}/{process}] {message}'),
  source('minecraft', '[{time}] [{thread}/{level}]( [{logger:any}])?: {message}'),
  source('gunicorn', '[{time}] [{pid}] [{level}] {message}'),
  source('airflow', '[{time}] {{source:any}} {level} - {message}'),
  source('flask', '[{time}] {level} in {logger}: {message}'),
  source('rust', '[{time} {level} {logger}] {message}'),
  source('spdlog', '[{time}] [{logger:any}] [{level}] {message}'),
  source('log4j-bracketed', '[{time}] {level} {message}', { tail: 'logger', share: 0.5 }),
  source('postgres', '{time} [{pid}] ({user}@{database} )?{level:anyLevel}:  {message}', { share: 0.3 }),
  source('mysql', '{time} {thread:number} [{level:anyLevel}]( [{code:any}] [{subsystem:any}])? {message}'),
  source('zookeeper', '{time} [myid:{myid:any}] - {level} [{thread}] - {message}'),
  source('python', '{time} - {logger} - {level} - {message}'),
  source('level-dashed', '{time} - {level} - {message}'),
  source('zookeeper-old', '{time} - {level} [{thread}] - {message}'),
  source('log4net', '{time} [{thread}] {level} {logger} [{ndc:any}] - {message}'),
  source('logback', '{time} [{thread}] {level} {logger} - {message}'),
  source('logback-colon', '{time} [{thread}] {level} {logger}: {message}'),
  source('logback-level-first', '{time} {level} [{thread}] {logger} - {message}'),
  source('logback-level-first-colon', '{time} {level} [{thread}] {logger}: {message}'),
  source('log4j-ndc', '{time} {level} {logger} [{ndc:any}] - {message}'),
  source('log4j-source', '{time} {level} {logger} \\({source:any}) - {message}'),
  source('log4j', '{time} {level} {logger} - {message}'),
  source('jboss', '{time} {level} [{logger:any}] \\({thread}) {message}'),
  source('solr', '{time} {level} \\({thread}) [{node:any}] {logger:class} {message}'),
  source('tomcat', '{time} {level} [{thread}] {logger:class} {message}', weak),
  source('level-thread', '{time} {level} [{thread}] {message}', weak),
  source('thread-level', '{time} [{thread}] {level} {message}', weak),
  source('level-source', '{time} {level} {caller:source} {message}', { share: 0.3 }),
  source('level-logger-source', '{time} {level} {logger} {caller:source} {message}', { share: 0.3 }),
  source('tracing-thread', '{time} {level} ThreadId\\({thread}) {logger}: {message}'),
  source('jenkins', '{time} [id={thread}] {level} {logger}: {message}'),
  source('rabbitmq', '{time} [{level}] <{thread}> {message}'),
  source('nlog', '{time}|{level}|{logger:any}|{message}'),
  source('piped', '{time} | {level} | {logger:any} | {message}'),
  source('logcat', '{time} {pid} {thread:number} {level:letter} {logger:any}: {message}'),
  source('logcat-time', '{time} {level:letter}/{logger:any}\\(~{pid}): {message}'),
  source('openstack', '{time} {pid} {level} {logger} [{request:any}] {message}', weak),
  source('odoo', '{time} {pid} {level} {database} {logger}: {message}', weak),
  source('pid-level', '{time} {pid} {level} {logger}: {message}', weak),
  source('telegraf', '{time} {level:letter}! [{logger:any}] {message}'),
  source('cbs', '{time}, {level} {component} {message}', weak),
  source('hclog', '{time} [{level}] {logger}: {message}', weak),
  source('bracketed-level-logger', '[{time}] [{level}] {logger}: {message}', weak),
  source('logger-level', '{time} {logger:class} {level} {message}', weak),
  source('level-logger', '{time} {level} {logger}: {message}', weak),
  source('bracketed-logger', '[{time}] {level} {logger}: {message}', weak),
  source('jul', '{time} {logger:class} {function}⏎{level:anyLevel}: {message}'),
  source('go', '{time} {file}:{line}: {message}', { share: 0.3 }),
];

/** Layouts that begin otherwise, so that each line is tried against the layout itself. */
export const ownTemplates: readonly TemplateSource[] = [
  source('glog', '{level:letter}{time} {thread:number} {file}:{line}] {message}'),
  source('ruby', '{severity:letter}, [{time} #{pid}] {level:anyLevel} -- {process:any}: {message}'),
  source('redis', '{pid}:{role} {time} {level:mark} {message}'),
  source('cassandra', '{level} [{thread}] {time} {file}:{line} - {message}'),
  source('level-bracketed-time', '[{level:letter} {time} {logger}] {message}'),
  source('django', '{level} {time} {logger} {pid} {thread:number} {message}'),
  source('level-time', '{level} {time} {message}'),
  source('level-bracketed', '[{level}] [{time}] {message}'),
  source('dotnet', '{level}: {logger}[{event_id}]⏎~{message}'),
  source('python-basic', '{level}:{logger}:{message}'),
  source('level-colon', '{level}: {message}', { share: 0.9 }),
];

/** What is left when no other layout fits a line that begins with a time; the last ones take whatever follows. */
export const plainTemplates: readonly TemplateSource[] = [
  source('plain-bracketed-both', '[{time}] [{level}] {message}'),
  source('plain-bracketed-colon', '[{time}] {level}: {message}', weak),
  source('plain-bracketed-level', '[{time}] {level} {message}'),
  source('plain-bracketed-text-colon', '[{time}]: {message}'),
  source('plain-bracketed', '[{time}] {message}'),
  source('plain-level-bracketed', '{time} [{level}] {message}'),
  source('plain-level-colon', '{time} {level}: {message}', weak),
  source('plain-level', '{time} {level} {message}'),
  source('plain-colon', '{time}: {message}'),
  source('plain-dash', '{time} - {message}'),
  source('plain-pipe', '{time} | {message}'),
  source('plain', '{time} {message}'),
];
