# The rest is the same for every version; the words above were taken from the commands when this was printed.

# Adds candidates, whole words as leadbase is to read them; zsh quotes them for where they stand.
__leadbase_add() {
    local -a whole open
    local each
    for each in "${found[@]}"; do
        [[ $each == "$word"* ]] || compstate[insert]=menu  # what they have in common may be less than what is typed
        if [[ $each == *: ]]; then open+=("$each"); else whole+=("$each"); fi
    done
    (( $#whole )) && compadd -U -- "${whole[@]}"
    (( $#open )) && compadd -U -S '' -- "${open[@]}"
    (( $#whole + $#open ))
}

__leadbase_find() {
    local each head=$1 typed=$2
    if [[ $kind == +* ]]; then
        kind=${kind#+}
        [[ $typed == *,* ]] && head+=${typed%,*}, typed=${typed##*,}
    fi
    if [[ $kind == query && $typed != *[^a-z-]* ]]; then
        [[ $typed == -* ]] && head+=- typed=${typed#-}
        kind="=$__leadbase_fields"
    fi
    case $kind in
        '') ;;
        '='*) for each in ${=kind#=}; do [[ $each == "$typed"* ]] && found+=("$head$each"); done ;;
        file) _files ;;
        folder) [[ -n $head ]] && compset -P '*='; _files -/ ;;
        *) while IFS= read -r each; do found+=("$head$each"); done < <(
            "${__leadbase_program[@]}" --complete "$kind" "$base" "$typed" "$__leadbase_table" 2>/dev/null </dev/null) ;;
    esac
}

__leadbase_pairs() {
    local -a shown names
    local name line
    for name line in "$@"; do
        [[ $name == "$word"* ]] && names+=("$name") shown+=("$name${line:+  -- $line}")
    done
    (( $#names )) && compadd -l -d shown -- "${names[@]}"
}

_leadbase() {
    emulate -L zsh
    local REPLY word command='' base='' option='' kind='' ends=''
    local -a reply found
    for word in "${(@Q)words[2,CURRENT-1]}"; do
        if [[ -n $option ]]; then
            [[ $option == --base ]] && base=$word
            option=''
        elif [[ -z $ends && $word == -- ]]; then ends=yes
        elif [[ -z $ends && $word == --base=* ]]; then base=${word#*=}
        elif [[ -z $ends && $word == -* ]]; then
            __leadbase_takes "$command" "$word" && option=$word
        elif [[ -z $command ]]; then command=$word
        fi
    done
    word=${(Q)PREFIX}
    __leadbase_argument "$command"
    if [[ -n $option ]]; then
        __leadbase_takes "$command" "$option"
        kind=$REPLY; __leadbase_find '' "$word"
    elif [[ -z $ends && $word == --*=* ]]; then
        __leadbase_takes "$command" "${word%%=*}"
        kind=$REPLY; __leadbase_find "${word%%=*}=" "${word#*=}"
    elif [[ -z $ends && $word == -* && ($REPLY != query || $word != -[^-]*) ]]; then
        __leadbase_options "$command"; __leadbase_pairs "${reply[@]}"
    elif [[ -z $command ]]; then
        __leadbase_pairs "${__leadbase_commands[@]}"
    else
        kind=$REPLY; __leadbase_find '' "$word"
    fi
    __leadbase_add
}

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _leadbase leadbase
