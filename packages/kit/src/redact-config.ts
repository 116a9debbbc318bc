const SECRET_NAME = /secret|password|token|key$/i;

/** A copy of a configuration that may be logged: secrets by name, and credentials inside URLs, become `***`. */
export function redactConfig(value: unknown, name = ''): unknown {
  if (SECRET_NAME.test(name)) return '***';
  if (typeof value === 'string') return value.replace(/(\w+:\/\/)[^/@\s]+@/g, '$1***@');
  if (Array.isArray(value)) return value.map((entry) => redactConfig(entry));
  if (typeof value === 'bigint') return value.toString();
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactConfig(inner, key)]));
  }
  return value;
}
