-- What `.ci/editor` has Neovim do. The first thing that does not hold ends it.

local scratch, command = vim.env.SCRATCH, vim.env.STRONGROOM
local wait = 20000

local function fail(sentence)
  io.stderr:write('\nthe editor: ' .. sentence .. '\n')
  vim.cmd('cquit 1')
end

local function hold(truth, sentence)
  if not truth then
    error({ sentence = sentence })
  end
end

local function written(lines)
  return table.concat(lines, '\n')
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

-- Where some text stands in the buffer, from 0; what is looked for is in ASCII.
local function find(text)
  for row, line in ipairs(lines()) do
    local column = line:find(text, 1, true)
    if column then
      return row - 1, column - 1
    end
  end
  error({ sentence = '`' .. text .. '` does not stand in the buffer: ' .. written(lines()) })
end

local function ask(method, parameters)
  parameters.textDocument = { uri = vim.uri_from_bufnr(0) }
  local answers, reason = vim.lsp.buf_request_sync(0, method, parameters, wait)
  hold(answers, method .. ' was not answered: ' .. tostring(reason))
  for _, answer in pairs(answers) do
    hold(not answer.error and not answer.err, method .. ' failed: ' .. vim.inspect(answer))
    return answer.result
  end
  error({ sentence = method .. ' has nobody to answer it' })
end

local function diagnostics_become(count, sentence)
  local so = vim.wait(wait, function()
    return #vim.diagnostic.get(0) == count
  end, 20)
  hold(so, sentence .. ': ' .. vim.inspect(vim.diagnostic.get(0)))
end

-- Types at the end of the line with this text, and returns the line after it.
local function type_after(text, keys)
  local row = find(text)
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('A' .. keys .. '<Esc>', true, false, true), 'tx', false)
  return vim.api.nvim_buf_get_lines(0, row, row + 1, false)[1]
end

-- What is offered behind the line with this text.
local function offered_after(text)
  local row = find(text)
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  local line = vim.api.nvim_get_current_line()
  vim.api.nvim_win_set_cursor(0, { row + 1, #line })
  local _, words = require('strongroom').candidates()
  return vim.tbl_map(function(word)
    return word.word
  end, words)
end

-- Hovering over a text has to say another.
local function says(text, what)
  local row, column = find(text)
  local hover = ask('textDocument/hover', { position = { line = row, character = column + 2 } })
  local said = hover and hover.contents.value or 'nothing'
  hold(said:find(what, 1, true), 'hover over `' .. text .. '` does not say `' .. what .. '`, but: ' .. said)
end

local function check()
  local concept = 'Synthetic:SYN1103 "Type 2 diabetes mellitus"'
  local people = { diabetes = vim.env.DIABETES, type_2 = vim.env.TYPE_2 }

  vim.o.virtualedit = 'onemore'
  local strongroom = dofile('editors/neovim/strongroom.lua')
  strongroom.setup({ command = command, release = scratch .. '/R1' })

  vim.fn.writefile({
    'language 1',
    '',
    'concepts diabetes "Diabetes" { include Synthetic:SYN1101 "Diabetes mellitus" with descendants }',
    'concepts type_2 { include ' .. concept .. ' }',
    '',
    'cohort first_diabetes "First diabetes" {',
    '  observed by observation_period',
    'entry:  conditons in diabetes, first',
    '  index:  start',
    '  require observed [-365d, -1d]',
    '  exclude any conditions in type_2 during [-365d, -1d] of index',
    '  exit:   end of observation',
    '}',
  }, scratch .. '/diabetes.cohort')
  vim.cmd('edit ' .. scratch .. '/diabetes.cohort')
  hold(vim.bo.filetype == 'cohort', 'a .cohort file has the filetype `' .. vim.bo.filetype .. '`')

  diagnostics_become(1, 'the misspelt word is not one diagnostic')
  local diagnostic = vim.diagnostic.get(0)[1]
  local row, column = find('conditons')
  hold(diagnostic.lnum == row and diagnostic.col == column, 'the diagnostic stands elsewhere: ' .. vim.inspect(diagnostic))

  local at = { line = row, character = column }
  local actions = ask('textDocument/codeAction', {
    range = { start = at, ['end'] = at },
    context = { diagnostics = {} },
  })
  hold(actions and #actions == 1, 'there is not one quick fix: ' .. vim.inspect(actions))
  hold(actions[1].kind == 'quickfix', 'the correction is no quick fix: ' .. vim.inspect(actions[1]))
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  find('conditions in diabetes')
  diagnostics_become(0, 'the diagnostic stays after the quick fix')

  local edits = ask('textDocument/formatting', { options = { tabSize = 2, insertSpaces = true } })
  hold(edits and #edits == 1, 'the ragged line is not laid out: ' .. vim.inspect(edits))
  vim.lsp.util.apply_text_edits(edits, vim.api.nvim_get_current_buf(), 'utf-16')
  find('  entry:  conditions in diabetes')

  says('SYN1101', 'Diabetes mellitus (OMOP:2000001101)')
  says('SYN1101', 'people with it: 0; with it or a descendant: ' .. people.diabetes)
  says('SYN1103', 'Type 2 diabetes mellitus (OMOP:2000001103)')
  says('SYN1103', 'people with it: ' .. people.type_2 .. ';')
  says('diabetes, first', 'people with any of them: ' .. people.diabetes)

  vim.api.nvim_buf_set_lines(0, -1, -1, false, {
    'concepts more "More" {',
    '  include mell typ 2',
    '}',
    'cohort second "Second" {',
    '  observed by observation_period',
    '  entry: condi',
    '  requ',
    '}',
  })
  for _, case in ipairs({ { 'entry: condi', 'conditions' }, { '  requ', 'require' }, { 'mell typ 2', concept } }) do
    local words = offered_after(case[1])
    hold(vim.tbl_contains(words, case[2]), '`' .. case[2] .. '` is not offered: ' .. vim.inspect(words))
  end
  local first = offered_after('mell typ 2')[1]
  hold(first == concept, 'the concept of this name is not offered first, but: ' .. tostring(first))
  local line = type_after('entry: condi', '<C-x><C-o>')
  hold(line:find('entry: condition', 1, true), 'the domain is not completed: ' .. line)
  line = type_after('mell typ 2', '<C-x><C-o>')
  hold(line == '  include ' .. concept, 'the concept is not put in the place of the words: ' .. line)

  -- Whoever closes the editor leaves no server behind.
  local clients = vim.lsp.get_clients and vim.lsp.get_clients() or vim.lsp.get_active_clients()
  hold(#clients == 1, 'there are ' .. #clients .. ' servers for one buffer')
  vim.lsp.stop_client(clients)
  local stopped = vim.wait(wait, function()
    return clients[1].is_stopped() and true or false
  end, 20)
  hold(stopped, 'the server does not stop')
end

local ok, problem = pcall(check)
if ok then
  io.stderr:write('\nthe editor: diagnostics, a quick fix, layout, hover and completion hold\n')
  vim.cmd('qall!')
else
  fail(type(problem) == 'table' and problem.sentence or tostring(problem))
end
