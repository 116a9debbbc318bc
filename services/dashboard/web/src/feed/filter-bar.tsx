import { useState } from 'preact/hooks';
import type { DecisionFilter, Facets } from '../../../src/api/decisions.js';
import { type ListName, type MarkName, withFilter } from './filter.js';

interface FilterBarProps {
  readonly filter: DecisionFilter;
  readonly facets: Facets | undefined;
  readonly change: (filter: DecisionFilter) => void;
}

const SELECTS: readonly { name: ListName; label: string; from: keyof Facets }[] = [
  { name: 'action', label: 'Action', from: 'actions' },
  { name: 'category', label: 'Category', from: 'categories' },
  { name: 'modality', label: 'Modality', from: 'modalities' },
  { name: 'language', label: 'Language', from: 'languages' },
  { name: 'tenant', label: 'Tenant', from: 'tenants' },
  { name: 'policy', label: 'Policy', from: 'policies' },
];

const MARKS: readonly { name: MarkName; label: string }[] = [
  { name: 'conflict', label: 'Conflict' },
  { name: 'missing', label: 'Parts missing' },
  { name: 'human', label: 'By a human' },
];

export function FilterBar({ filter, facets, change }: FilterBarProps) {
  const set = (name: ListName | MarkName, value: string | boolean | undefined): void =>
    change(withFilter(filter, name, value));
  const active = Object.keys(filter).length;
  return (
    <search class="filters" aria-label="Filter decisions">
      {SELECTS.map(({ name, label, from }) => (
        <FilterSelect
          key={name}
          label={label}
          value={String(filter[name] ?? '')}
          values={facets?.[from] ?? []}
          change={(value) => set(name, value)}
        />
      ))}
      <ItemSearch value={filter.item ?? ''} change={(value) => set('item', value)} />
      {MARKS.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          class="button slim"
          aria-pressed={filter[name] === true}
          onClick={() => set(name, filter[name] === true ? undefined : true)}
        >
          {label}
        </button>
      ))}
      {active > 0 && (
        <button type="button" class="button quiet slim" onClick={() => change({})}>
          Clear
        </button>
      )}
    </search>
  );
}

interface FilterSelectProps {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly change: (value: string) => void;
}

function FilterSelect({ label, value, values, change }: FilterSelectProps) {
  // A value from the address is offered even where no decision has it.
  const offered = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <select
      class={`filter-select${value === '' ? '' : ' on'}`}
      aria-label={label}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {offered.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function ItemSearch({ value, change }: { value: string; change: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  if (value !== given) {
    setGiven(value);
    setTyped(value);
  }
  return (
    <form
      class="filter-item"
      onSubmit={(event) => {
        event.preventDefault();
        change(typed.trim());
      }}
    >
      <input
        class="filter-select"
        type="search"
        aria-label="Item id begins with"
        placeholder="Item id …"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => typed.trim() !== value && change(typed.trim())}
      />
    </form>
  );
}
